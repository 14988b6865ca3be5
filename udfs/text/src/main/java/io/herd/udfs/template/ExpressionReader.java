package io.herd.udfs.template;

import com.hubspot.jinjava.el.ext.AstRangeBracket;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import com.hubspot.jinjava.el.ext.NamedParameterOperator;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import jinjava.de.odysseus.el.tree.Node;
import jinjava.de.odysseus.el.tree.impl.Scanner;
import jinjava.de.odysseus.el.tree.impl.ast.AstBracket;
import jinjava.de.odysseus.el.tree.impl.ast.AstDot;
import jinjava.de.odysseus.el.tree.impl.ast.AstIdentifier;
import jinjava.de.odysseus.el.tree.impl.ast.AstMethod;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstNumber;
import jinjava.de.odysseus.el.tree.impl.ast.AstParameters;
import jinjava.de.odysseus.el.tree.impl.ast.AstProperty;
import jinjava.de.odysseus.el.tree.impl.ast.AstRightValue;
import jinjava.de.odysseus.el.tree.impl.ast.AstString;

/** Parses one expression of a template and notes which names it reads. */
public final class ExpressionReader extends PythonJinja.PythonParser {
  /** Variables that are no columns. */
  private static final Set<String> CONSTANTS = Set.of("none", "None", ExtendedParser.INTERPRETER);

  private static final String ITEMS = ".items";

  /**
   * A name that an expression reads, with what follows it.
   *
   * @param path as the template has it: {@code author.name}
   * @param shape of what is there
   * @param within what lacks it; null when it is there
   * @param column whether the path is that of a column
   */
  public record Read(String path, Shape shape, Read within, boolean column) {
    private Read field(String name) {
      Shape field =
          switch (shape.kind()) {
            case STRUCT -> shape.fields().get(name);
            case MAP -> shape.items();
            case ARRAY -> null;
            default -> Shape.ANY;
          };
      String full = path.isEmpty() ? name : path + "." + name;
      return new Read(
          full, field == null ? Shape.ANY : field, field == null ? this : null, path.isEmpty());
    }

    private Read item(String index) {
      Shape item = shape.items() == null ? Shape.ANY : shape.items();
      return new Read(path + "[" + index + "]", item, null, false);
    }

    private Read as(Shape other) {
      return new Read(path, other, null, false);
    }
  }

  private final Read row;
  private final Map<String, Shape> locals;
  private final Map<Node, Read> reads = new LinkedHashMap<>(); // nodes have no equals of their own

  /**
   * @param row what variables are looked for in that aren't among the locals
   */
  ExpressionReader(String expression, Shape row, Map<String, Shape> locals) {
    super(new PythonJinja.Syntax(), "#{" + expression.trim() + "}");
    this.row = new Read("", row, null, false);
    this.locals = locals;
    ExtensionHandler named = getExtensionHandler(NamedParameterOperator.TOKEN);
    putExtensionHandler(
        NamedParameterOperator.TOKEN,
        new ExtensionHandler(named.getExtensionPoint()) {
          @Override
          public AstNode createAstNode(AstNode... children) {
            reads.remove(children[0]); // the parameter's name
            return named.createAstNode(children);
          }
        });
  }

  /** Parses, and gives the shape of the expression's value. */
  Shape result() throws Scanner.ScanException, ParseException {
    Read value = reads.get(tree().getRoot().getChild(0));
    return value == null ? Shape.ANY : value.shape();
  }

  Collection<Read> reads() {
    return reads.values();
  }

  @Override
  protected AstIdentifier createAstIdentifier(String name, int index) {
    AstIdentifier node = super.createAstIdentifier(name, index);
    if (locals.containsKey(name)) {
      reads.put(node, new Read(name, locals.get(name), null, false));
    } else if (!CONSTANTS.contains(name) && name.indexOf(':') < 0) { // filter:upper
      reads.put(node, row.field(name));
    }
    return node;
  }

  @Override
  protected AstDot createAstDot(AstNode base, String property, boolean lvalue) {
    AstDot node = super.createAstDot(base, property, lvalue);
    field(base, property, node);
    return node;
  }

  @Override
  protected AstBracket createAstBracket(
      AstNode base, AstNode property, boolean lvalue, boolean strict) {
    AstBracket node = super.createAstBracket(base, property, lvalue, strict);
    if (property instanceof AstString) {
      field(base, String.valueOf(property.eval(null, null)), node);
    } else if (reads.containsKey(base)) {
      String index =
          property instanceof AstNumber ? String.valueOf(property.eval(null, null)) : "...";
      reads.put(node, reads.get(base).item(index));
    }
    return node;
  }

  private void field(AstNode base, String name, AstNode node) {
    if (reads.containsKey(base)) {
      reads.put(node, reads.get(base).field(name));
    }
  }

  @Override
  protected AstRangeBracket createAstRangeBracket(
      AstNode base, AstNode start, AstNode end, boolean lvalue, boolean strict) {
    AstRangeBracket node = super.createAstRangeBracket(base, start, end, lvalue, strict);
    pass(base, node);
    return node;
  }

  @Override
  protected AstRightValue createAstNested(AstNode inner) {
    AstRightValue node = super.createAstNested(inner);
    pass(inner, node);
    return node;
  }

  private void pass(AstNode from, AstNode to) {
    if (reads.containsKey(from)) {
      reads.put(to, reads.get(from).as(reads.get(from).shape()));
    }
  }

  /** The last name is a method's, not a field's. */
  @Override
  protected AstMethod createAstMethod(AstProperty property, AstParameters params) {
    AstMethod node = super.createAstMethod(property, params);
    Read method = reads.remove(property);
    Read base = reads.get(property.getChild(0));
    if (method != null && base != null && method.path().endsWith(ITEMS)) {
      boolean map = base.shape().kind() == Shape.Kind.MAP;
      reads.put(node, base.as(map ? Shape.array(base.shape()) : Shape.ANY)); // pairs
    }
    return node;
  }
}
