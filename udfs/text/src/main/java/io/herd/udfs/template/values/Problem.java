package io.herd.udfs.template.values;

import io.herd.udfs.template.syntax.Span;

/**
 * What a template can't do. The message is made of the template's words and of type names, never of
 * a value, so that it can be shown whatever a row holds.
 */
public final class Problem extends RuntimeException {
  private final Kind kind;
  private Span span; // null until the expression is known

  /** Whose doing it is. */
  private enum Kind {
    /** jinja2 fails, too. */
    PLAIN,
    /** The template says so itself. */
    RAISED,
    /** jinja2 could go on. */
    UNSUPPORTED
  }

  private Problem(String message, Kind kind, Span span) {
    super(message, null, false, false);
    this.kind = kind;
    this.span = span;
  }

  public Problem(String message) {
    this(message, Kind.PLAIN, null);
  }

  public Problem(String message, Span span) {
    this(message, Kind.PLAIN, span);
  }

  /** What {@code raise_exception} was given, which may hold a row's text. */
  public static Problem raised(String message) {
    return new Problem(message, Kind.RAISED, null);
  }

  /** What jinja2 can do. */
  public static Problem unsupported(String message) {
    return new Problem(message, Kind.UNSUPPORTED, null);
  }

  public boolean isUnsupported() {
    return kind == Kind.UNSUPPORTED;
  }

  public boolean isRaised() {
    return kind == Kind.RAISED;
  }

  /** The expression that failed, or null. */
  public Span span() {
    return span;
  }

  /** Notes the innermost expression; later ones are ignored. */
  public Problem in(Span expression) {
    if (span == null) {
      span = expression;
    }
    return this;
  }
}
