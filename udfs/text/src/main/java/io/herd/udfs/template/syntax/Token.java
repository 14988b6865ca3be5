package io.herd.udfs.template.syntax;

/**
 * One token.
 *
 * @param text the name, the operator, the template's own text, or the source of a number
 * @param value of a string or a number
 */
record Token(Kind kind, String text, Object value, Span at) {
  /** Kinds of tokens. */
  enum Kind {
    DATA("text"),
    PRINT_BEGIN("begin of print statement"),
    PRINT_END("end of print statement"),
    BLOCK_BEGIN("begin of statement block"),
    BLOCK_END("end of statement block"),
    NAME("name"),
    STRING("string"),
    INTEGER("integer"),
    FLOAT("float"),
    OPERATOR("operator"),
    END("end of template");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  boolean is(Kind other) {
    return kind == other;
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  String shown() {
    return kind == Kind.NAME || kind == Kind.OPERATOR ? text : kind.words;
  }
}
