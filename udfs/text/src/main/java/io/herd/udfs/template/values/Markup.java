package io.herd.udfs.template.values;

/** Text that is HTML already, which {@code escape} and {@code safe} give. */
public record Markup(String text) {

  /** A value as HTML: other text has its five characters replaced. */
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
