package io.herd.udfs.grammar;

import java.util.Map;
import java.util.Optional;

/**
 * String formats that are regular, as strict as their strictest readers. Other formats are notes,
 * which is what JSON Schema 2020-12 says of them all.
 */
final class Formats {
  private static final String DATE =
      "(?:000[1-9]|00[1-9]\\d|0[1-9]\\d{2}|[1-9]\\d{3})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))"
          + "|(?:\\d{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29";

  /** A time with the UTC offset that RFC 3339 requires. */
  private static final String TIME =
      "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?"
          + "(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";

  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d{2}|[1-9]?\\d)";
  private static final String ATOM = "[A-Za-z0-9_%+-]{1,20}";
  private static final String LABEL = "[A-Za-z0-9]{1,20}(?:-[A-Za-z0-9]{1,20}){0,2}";

  private static final Map<String, String> REGEXES =
      Map.of(
          "date",
          DATE,
          "time",
          TIME,
          "date-time",
          "(?:" + DATE + ")T" + TIME,
          "uuid",
          "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
          "ipv4",
          OCTET + "(?:\\." + OCTET + "){3}",
          "email",
          ATOM + "(?:\\." + ATOM + "){0,2}@(?:" + LABEL + "\\.){1,3}[A-Za-z]{2,20}");

  private Formats() {}

  /** Returns the regular expression of a format; empty if it is only a note. */
  static Optional<String> regex(String format) {
    return Optional.ofNullable(REGEXES.get(format));
  }
}
