package io.herd.udfs.template;

import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import io.herd.udfs.template.ExpressionReader.Read;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.Scanner;

/**
 * The columns and fields that a template reads, found without rendering it: its expressions are
 * parsed as for rendering, and names are followed through loops and assignments. Of a value whose
 * shape isn't known, such as what a filter gives, anything may be read.
 */
public final class TemplateReads {
  private static final Pattern LOOP = Pattern.compile("(.+?)\\sin\\s(.+)", Pattern.DOTALL);
  private static final Pattern ASSIGNMENT = Pattern.compile("([^=]+)=(.*)", Pattern.DOTALL);
  private static final Pattern MACRO = Pattern.compile("[^(]*\\((.*)\\)\\s*", Pattern.DOTALL);

  /** An expression that can't be parsed. */
  record Broken(String expression, int line, Exception cause) {}

  private final Shape row;
  private final Set<String> columns = new TreeSet<>();
  private final List<Read> lacking = new ArrayList<>();
  private final List<Broken> broken = new ArrayList<>();

  private TemplateReads(Shape row) {
    this.row = row;
  }

  /** Looks through a template for rows of a shape. */
  static TemplateReads of(Node root, Shape row) {
    TemplateReads reads = new TemplateReads(row);
    reads.all(root, new HashMap<>());
    return reads;
  }

  /** The variables that the template doesn't set itself. */
  public Set<String> columns() {
    return columns;
  }

  /** The first name that a row of that shape doesn't have. */
  public Optional<Read> lacking() {
    return lacking.stream().findFirst();
  }

  Optional<Broken> broken() {
    return broken.stream().findFirst();
  }

  /**
   * @param locals the shapes of the variables that the template has set so far
   */
  private void all(Node parent, Map<String, Shape> locals) {
    for (Node node : parent.getChildren()) {
      if (node instanceof ExpressionNode && node.getMaster() instanceof ExpressionToken token) {
        read(token.getExpr(), node.getLineNumber(), locals);
      } else if (node instanceof TagNode tag) {
        tag(tag, locals);
      }
    }
  }

  private void tag(TagNode tag, Map<String, Shape> locals) {
    switch (tag.getName()) {
      case "for" -> loop(tag, locals);
      case "set" -> assign(tag, locals);
      case "macro" -> all(tag, withParameters(tag, locals));
      case "if", "elif", "unless", "do", "print" -> {
        read(tag.getHelpers(), tag.getLineNumber(), locals);
        all(tag, locals);
      }
      default -> all(tag, locals);
    }
  }

  private void loop(TagNode tag, Map<String, Shape> locals) {
    Map<String, Shape> inner = new HashMap<>(locals);
    Matcher loop = LOOP.matcher(tag.getHelpers().trim());
    if (loop.matches()) {
      Shape items = read(loop.group(2), tag.getLineNumber(), locals);
      String[] names = loop.group(1).split(",", -1);
      for (String name : names) {
        inner.put(name.trim(), Shape.ANY);
      }
      Shape item = items.kind() == Shape.Kind.ARRAY ? items.items() : Shape.ANY;
      boolean pairs = names.length == 2 && item.kind() == Shape.Kind.MAP; // of a map's items()
      inner.put(names[names.length - 1].trim(), pairs ? item.items() : one(names, item));
    }
    inner.put("loop", Shape.ANY);
    all(tag, inner);
  }

  private static Shape one(String[] names, Shape item) {
    return names.length == 1 ? item : Shape.ANY;
  }

  private void assign(TagNode tag, Map<String, Shape> locals) {
    Matcher assignment = ASSIGNMENT.matcher(tag.getHelpers());
    boolean block = !assignment.matches();
    Shape value = block ? Shape.ANY : read(assignment.group(2), tag.getLineNumber(), locals);
    String[] names = (block ? tag.getHelpers() : assignment.group(1)).split(",", -1);
    for (String name : names) {
      locals.put(name.trim(), one(names, value));
    }
    all(tag, locals);
  }

  private static Map<String, Shape> withParameters(TagNode tag, Map<String, Shape> locals) {
    Map<String, Shape> inner = new HashMap<>(locals);
    Matcher macro = MACRO.matcher(tag.getHelpers());
    if (macro.matches()) {
      for (String parameter : macro.group(1).split(",", -1)) {
        inner.put(parameter.replaceFirst("=.*", "").trim(), Shape.ANY);
      }
    }
    return inner;
  }

  private Shape read(String expression, int line, Map<String, Shape> locals) {
    try {
      ExpressionReader reader = new ExpressionReader(expression, row, locals);
      Shape value = reader.result();
      for (Read read : reader.reads()) {
        if (read.column()) {
          columns.add(read.path());
        }
        if (read.within() != null) {
          lacking.add(read);
        }
      }
      return value;
    } catch (Scanner.ScanException | Parser.ParseException e) {
      broken.add(new Broken(expression.trim(), line, e));
      return Shape.ANY;
    }
  }
}
