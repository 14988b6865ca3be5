package io.herd.udfs.text;

import io.herd.udfs.UserException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The columns that a prompt template reads: its variables, save those that it sets itself. */
final class TemplateColumns {
  private static final Pattern NOTE_OR_RAW =
      Pattern.compile("\\{#.*?#}|\\{%-?\\s*raw\\s*-?%}.*?\\{%-?\\s*endraw\\s*-?%}", Pattern.DOTALL);
  private static final Pattern CODE =
      Pattern.compile("\\{\\{(.*?)}}|\\{%-?(.*?)-?%}", Pattern.DOTALL);
  private static final Pattern STRING =
      Pattern.compile("'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"");
  // not a property, a filter, a test, a function, a keyword argument
  private static final Pattern NAME =
      Pattern.compile(
          "(?<![\\w.])(?<!\\|)(?<!\\| )(?<!\\bis )(?<!\\bis not )[A-Za-z_]\\w*+(?!\\s*\\()(?!\\s*=[^=])");
  private static final Pattern LOCAL =
      Pattern.compile(
          "^\\s*(?:for\\s+(.*?)\\s+in\\b|set\\s+([\\w\\s,.]+?)\\s*(?:=|$))", Pattern.DOTALL);
  private static final Set<String> WORDS =
      Set.of(
          "and",
          "or",
          "not",
          "in",
          "is",
          "if",
          "else",
          "elif",
          "endif",
          "for",
          "endfor",
          "set",
          "endset",
          "do",
          "true",
          "false",
          "none",
          "True",
          "False",
          "None",
          "loop",
          "recursive",
          "break",
          "continue");

  private TemplateColumns() {}

  static Set<String> of(String source) {
    Set<String> names = new TreeSet<>();
    Set<String> locals = new TreeSet<>();
    Matcher code = CODE.matcher(NOTE_OR_RAW.matcher(source).replaceAll(""));
    while (code.find()) {
      String tag = code.group(2);
      String inside = STRING.matcher(tag == null ? code.group(1) : tag).replaceAll("''");
      addNames(names, inside);
      Matcher local = LOCAL.matcher(inside);
      if (tag != null && local.find()) {
        addNames(locals, local.group(1) == null ? local.group(2) : local.group(1));
      }
    }
    names.removeAll(locals);
    names.removeAll(WORDS);
    return names;
  }

  private static void addNames(Set<String> names, String code) {
    Matcher name = NAME.matcher(code);
    while (name.find()) {
      names.add(name.group());
    }
  }

  /**
   * @throws UserException when a used column isn't among the known ones
   */
  static void check(Set<String> used, Collection<String> known, String where) {
    for (String column : used) {
      if (!known.contains(column)) {
        throw new UserException(
            where + " names the column `" + column + "`, which the input doesn't have.",
            suggestion(column, known) + "The input's columns: " + String.join(", ", known) + ".");
      }
    }
  }

  private static String suggestion(String column, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(other -> distance(column, other)))
        .filter(nearest -> distance(column, nearest) <= Math.max(2, column.length() / 2))
        .map(nearest -> "Write `" + nearest + "` if that is the one. ")
        .orElse("");
  }

  /** The edits that turn one name into the other, whatever their case. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        char a = Character.toLowerCase(from.charAt(i - 1));
        char b = Character.toLowerCase(to.charAt(j - 1));
        int changed = diagonal + (a == b ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
