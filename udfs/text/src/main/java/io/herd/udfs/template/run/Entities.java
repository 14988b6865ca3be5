package io.herd.udfs.template.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decodes HTML's character references, by name or by number, as browsers do. */
final class Entities {
  private static final Pattern REFERENCE =
      Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
  private static final Map<String, String> NAMES = names();

  /** The characters for the numbers of control characters. */
  private static final String WINDOWS =
      "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d"
          + "\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153"
          + "\u009d\u017e\u0178";

  private Entities() {}

  /** Reads the names with their texts, from the HTML standard. */
  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    try (InputStream file = Entities.class.getResourceAsStream("entities.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split(" ", -1);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < parts.length; i++) {
          text.appendCodePoint(Integer.parseInt(parts[i], 16));
        }
        names.put(parts[0], text.toString());
      }
      return Map.copyOf(names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String undo(String text) {
    return text.indexOf('&') < 0
        ? text
        : REFERENCE
            .matcher(text)
            .replaceAll(found -> Matcher.quoteReplacement(meant(found.group(1))));
  }

  private static String meant(String reference) {
    if (reference.startsWith("#")) {
      return numbered(reference);
    }
    if (NAMES.containsKey(reference)) {
      return NAMES.get(reference);
    }
    for (int end = reference.length() - 1; end > 1; end--) { // old names need no semicolon
      String name = NAMES.get(reference.substring(0, end));
      if (name != null) {
        return name + reference.substring(end);
      }
    }
    return "&" + reference;
  }

  private static String numbered(String reference) {
    boolean hex = reference.charAt(1) == 'x' || reference.charAt(1) == 'X';
    String digits = reference.substring(hex ? 2 : 1).replace(";", "").replaceFirst("^0+(?=.)", "");
    int most = 9;
    int number =
        digits.length() > most ? Integer.MAX_VALUE : Integer.parseInt(digits, hex ? 16 : 10);
    if (number >= 0x80 && number < 0x80 + WINDOWS.length()) {
      return WINDOWS.substring(number - 0x80, number - 0x80 + 1);
    }
    boolean surrogate = number >= 0xD800 && number <= 0xDFFF;
    if (number == 0 || surrogate || number > Character.MAX_CODE_POINT) {
      return "\uFFFD";
    }
    return isNothing(number) ? "" : Character.toString(number);
  }

  private static boolean isNothing(int number) {
    boolean control =
        number < 0x20 && number != '\t' && number != '\n' && number != '\f' && number != '\r';
    boolean none = (number & 0xFFFE) == 0xFFFE || (number >= 0xFDD0 && number <= 0xFDEF);
    return control || number == 0x7f || none;
  }
}
