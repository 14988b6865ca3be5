package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Problem;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;

/**
 * Formats the configured date for a template. It is the same each day, at midnight: a prompt
 * mustn't change between two runs.
 */
final class Strftime {
  private static final List<DateTimeFormatter> WRITTEN =
      List.of(
          pattern("d MMM uuuu"),
          pattern("d MMMM uuuu"),
          pattern("MMMM d, uuuu"),
          pattern("MMM d, uuuu"),
          pattern("uuuu-MM-dd"));
  private static final int MOST_CHARS = 200;

  private Strftime() {}

  private static DateTimeFormatter pattern(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .toFormatter(Locale.ENGLISH);
  }

  static String format(String date, String format) {
    if (format.length() > MOST_CHARS) {
      throw new Problem("strftime_now() takes no more than " + MOST_CHARS + " characters");
    }
    LocalDate day = day(date);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
      i += bare ? 2 : 1;
      String part = part(day, format.charAt(i));
      out.append(bare ? part.replaceFirst("^[0 ]+(?=.)", "") : part);
    }
    return out.toString();
  }

  private static LocalDate day(String date) {
    for (DateTimeFormatter written : WRITTEN) {
      try {
        return LocalDate.parse(date.trim(), written);
      } catch (DateTimeParseException e) {
        // written otherwise
      }
    }
    throw Problem.unsupported("prompt.date is no date such as 26 Jul 2024 or 2024-07-26");
  }

  private static String part(LocalDate day, char directive) {
    return switch (directive) {
      case '%' -> "%";
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'H', 'M', 'S' -> "00";
      case 'I' -> "12";
      case 'p' -> "AM";
      case 'f' -> "000000";
      case 'z', 'Z' -> "";
      case 'T', 'X' -> "00:00:00";
      case 'R' -> "00:00";
      case 'c' -> as(day, "EEE MMM ppd") + " 00:00:00 " + as(day, "uuuu");
      case 'w' -> String.valueOf(day.getDayOfWeek().getValue() % 7);
      case 'u' -> String.valueOf(day.getDayOfWeek().getValue());
      case 'U' -> week(day.getDayOfYear() + 6 - day.getDayOfWeek().getValue() % 7);
      case 'W' -> week(day.getDayOfYear() + 7 - day.getDayOfWeek().getValue());
      case 'G' -> String.valueOf(day.get(IsoFields.WEEK_BASED_YEAR));
      case 'V' -> two(day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      default -> as(day, pattern(directive));
    };
  }

  private static String week(int days) {
    return two(days / 7);
  }

  private static String two(int number) {
    return String.format(Locale.ROOT, "%02d", number);
  }

  private static String as(LocalDate day, String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(day);
  }

  private static String pattern(char directive) {
    return switch (directive) {
      case 'a' -> "EEE";
      case 'A' -> "EEEE";
      case 'b', 'h' -> "MMM";
      case 'B' -> "MMMM";
      case 'd' -> "dd";
      case 'e' -> "ppd";
      case 'm' -> "MM";
      case 'y' -> "uu";
      case 'Y' -> "uuuu";
      case 'j' -> "DDD";
      case 'x', 'D' -> "MM/dd/uu";
      case 'F' -> "uuuu-MM-dd";
      default -> throw Problem.unsupported("strftime_now() doesn't know %" + directive);
    };
  }
}
