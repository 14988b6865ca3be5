package io.herd.udfs.template.run;

import io.herd.udfs.template.syntax.Parser;
import io.herd.udfs.template.syntax.Stmt;
import io.herd.udfs.template.values.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A parsed and checked template. */
public final class Template {
  static final String NULL = "is null";
  static final String UNDEFINED = "is undefined";

  private final List<Stmt> tree;
  private final Frames frames;
  private final Map<String, Callable> functions;

  private Template(List<Stmt> tree, String date) {
    this.tree = tree;
    this.frames = Frames.of(tree);
    this.functions = Functions.all(date);
  }

  /**
   * Parses a template.
   *
   * @param source with no line breaks but {@code \n}, and without a last one
   * @param date what {@code strftime_now} gives
   * @throws Problem when it isn't one, or names a filter or test that isn't there
   */
  public static Template of(String source, String date) {
    List<Stmt> tree = Parser.parse(source);
    Checks.check(tree);
    return new Template(tree, date);
  }

  public List<Stmt> tree() {
    return tree;
  }

  /** Returns the names that aren't variables of the caller. */
  public Set<String> functions() {
    return functions.keySet();
  }

  /**
   * Renders.
   *
   * @param strict whether None and undefined names may not be printed
   * @throws Problem when it can't
   */
  public String render(Map<String, Object> variables, boolean strict) {
    Rendering rendering = new Rendering(frames, new Variables(variables, functions), strict);
    return rendering.in(
        new Scope(null, frames.unset(tree)),
        scope -> {
          rendering.statements().run(tree);
          return rendering.output().text();
        });
  }
}
