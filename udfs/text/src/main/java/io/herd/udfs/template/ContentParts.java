package io.herd.udfs.template;

import io.herd.udfs.template.syntax.Expr;
import io.herd.udfs.template.syntax.Node;
import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.syntax.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Detects whether a chat template loops over the content of messages, so that a content is a list
 * of parts such as {@code {type: text, text: ...}}. vLLM decides it so, by the template's tree:
 * what holds a message is the variable of a loop over {@code messages}, or over what was set from
 * it.
 */
final class ContentParts {
  private final List<Stmt.Assign> assignments = new ArrayList<>();
  private final List<Stmt.For> loops = new ArrayList<>();

  private ContentParts(List<Stmt> template) {
    template.forEach(
        statement ->
            statement.walk(
                node -> {
                  if (node instanceof Stmt.Assign assign) {
                    assignments.add(assign);
                  } else if (node instanceof Stmt.For loop) {
                    loops.add(loop);
                  }
                }));
  }

  static boolean areRead(List<Stmt> template) {
    return new ContentParts(template).areRead();
  }

  private boolean areRead() {
    Set<String> lists = grown(Set.of("messages"), ContentParts::isNamed);
    Set<String> messages = new HashSet<>();
    loops.stream()
        .filter(loop -> lists.stream().anyMatch(list -> isNamed(bare(loop.items()), list)))
        .forEach(loop -> messages.addAll(names(loop.target())));
    Set<String> contents = new HashSet<>();
    for (Stmt.Assign assign : assignments) {
      if (messages.stream().anyMatch(message -> isContent(bare(assign.value()), message))) {
        contents.addAll(names(assign.target()));
      }
    }
    Set<String> all = grown(contents, ContentParts::isNamed);
    return loops.stream()
        .map(loop -> bare(loop.items()))
        .anyMatch(
            items ->
                messages.stream().anyMatch(message -> isContent(items, message))
                    || all.stream().anyMatch(content -> isNamed(items, content)));
  }

  /** The names of a value: some names, and the variables that are set from them. */
  private interface Naming {
    boolean names(Expr value, String name);
  }

  private Set<String> grown(Set<String> first, Naming naming) {
    Set<String> known = new HashSet<>(first);
    boolean grows = true;
    while (grows) {
      grows = false;
      for (Stmt.Assign assign : assignments) {
        Predicate<String> named = name -> naming.names(bare(assign.value()), name);
        if (known.stream().anyMatch(named)) {
          grows |= known.addAll(names(assign.target()));
        }
      }
    }
    return known;
  }

  /** Removes filters, tests and slices, which don't change what the value is. */
  private static Expr bare(Expr value) {
    if (value instanceof Expr.Filter filter && filter.value() != null) {
      return bare(filter.value());
    }
    if (value instanceof Expr.Test test) {
      return bare(test.value());
    }
    return value instanceof Expr.Item item && item.index() instanceof Expr.Slice
        ? bare(item.of())
        : value;
  }

  private static boolean isNamed(Expr value, String name) {
    return value instanceof Expr.Name read && read.name().equals(name);
  }

  private static boolean isContent(Expr value, String message) {
    if (value instanceof Expr.Attribute attribute) {
      return attribute.name().equals("content") && isNamed(attribute.of(), message);
    }
    return value instanceof Expr.Item item
        && item.index() instanceof Expr.Constant constant
        && "content".equals(constant.value())
        && isNamed(item.of(), message);
  }

  private static List<String> names(Target target) {
    List<String> names = new ArrayList<>();
    ((Node) target)
        .walk(
            node -> {
              if (node instanceof Target.Variable variable) {
                names.add(variable.name());
              }
            });
    return names;
  }
}
