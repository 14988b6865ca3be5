package io.herd.udfs.template.values;

/** HTML text, the result of {@code escape} and {@code safe}. */
public record Markup(String text) {

  /** Converts a value to HTML: in other text, five characters are replaced. */
  public static Markup escape(Object value, Budget budget) {
    return value instanceof Markup markup ? markup : escaped(Repr.str(value, budget), budget);
  }

  public static Markup escaped(String text, Budget budget) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&#34;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return new Markup(budget.text(out.toString()));
  }
}
