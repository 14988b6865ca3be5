package io.herd.udfs.template.values;

import io.herd.udfs.template.syntax.Span;

/**
 * A failure of a template. The message is made of the template's words and of type names, never of
 * a value, so that it can be shown whatever a row holds.
 */
public final class Problem extends RuntimeException {
  private final Kind kind;
  private Span span; // null until the expression is known

  /** The origin of the failure. */
  private enum Kind {
    /** jinja2 fails, too. */
    PLAIN,
    /** The template raises it itself. */
    RAISED,
    /** jinja2 could continue. */
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

  /** A failure by {@code raise_exception}, whose message may contain a row's text. */
  public static Problem raised(String message) {
    return new Problem(message, Kind.RAISED, null);
  }

  /** A failure of something that jinja2 supports. */
  public static Problem unsupported(String message) {
    return new Problem(message, Kind.UNSUPPORTED, null);
  }

  public boolean isUnsupported() {
    return kind == Kind.UNSUPPORTED;
  }

  public boolean isRaised() {
    return kind == Kind.RAISED;
  }

  /** Returns the expression that failed, or null. */
  public Span span() {
    return span;
  }

  /** Records the innermost expression; later ones are ignored. */
  public Problem in(Span expression) {
    if (span == null) {
      span = expression;
    }
    return this;
  }
}
