package io.herd.udfs.template.run;

import java.util.Locale;

/** Upper and lower case, as in Python. */
final class Cases {
  private Cases() {}

  static String of(String name, String text) {
    return switch (name) {
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "casefold" -> text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace('ς', 'σ');
      case "swapcase" -> swapped(text);
      case "capitalize" -> capitalized(text);
      default -> title(text);
    };
  }

  private static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    String lower = ("x" + text.substring(first)).toLowerCase(Locale.ROOT); // a sigma's neighbour
    return initial(text.codePointAt(0)) + lower.substring(1);
  }

  /** Capitalizes one character at the beginning of a word. */
  private static String initial(int c) {
    String upper = Character.toString(c).toUpperCase(Locale.ROOT);
    if (Character.toTitleCase(c) != c || upper.length() == Character.charCount(c)) {
      return Character.toString(Character.toTitleCase(c));
    }
    int first = upper.offsetByCodePoints(0, 1); // ß is SS, so Ss
    return upper.substring(0, first) + upper.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String swapped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              out.append(
                  Character.isUpperCase(c)
                      ? one.toLowerCase(Locale.ROOT)
                      : Character.isLowerCase(c) ? one.toUpperCase(Locale.ROOT) : one);
            });
    return out.toString();
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    String lower = text.toLowerCase(Locale.ROOT);
    boolean aligned = lower.length() == text.length();
    boolean inside = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      String one = Character.toString(c);
      String small = aligned ? lower.substring(i, next) : one.toLowerCase(Locale.ROOT);
      out.append(inside ? small : initial(c));
      inside = StringTests.hasCase(c);
      i = next;
    }
    return out.toString();
  }
}
