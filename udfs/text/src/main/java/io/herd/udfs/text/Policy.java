package io.herd.udfs.text;

import io.herd.udfs.UserException;
import io.herd.udfs.grammar.Format;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The categories by which a Llama Guard judges. Its chat template writes them as lines that begin
 * with a code, between two marks before the chat; they are the default, and need not be in Herd.
 *
 * @param categories descriptions by their codes, in the place of the template's; empty for those
 * @param excluded codes that are left out
 */
public record Policy(Map<String, String> categories, List<String> excluded)
    implements Serializable {
  /** A category's code: letters and a number, such as S1 and O3. */
  public static final Pattern CODE = Pattern.compile("[A-Z]{1,4}[0-9]{1,3}");

  private static final Pattern SECTION =
      Pattern.compile(
          "<BEGIN UNSAFE CONTENT CATEGORIES>\\n(.*?)<END UNSAFE CONTENT CATEGORIES>",
          Pattern.DOTALL);
  private static final Pattern LINE = Pattern.compile("(?m)^(" + CODE + "): ");

  public Policy {
    categories = Map.copyOf(categories);
    excluded = List.copyOf(excluded);
  }

  /** Returns the codes in a prompt, in its order. */
  public static List<String> codes(String prompt) {
    return LINE.matcher(section(prompt).group(1)).results().map(each -> each.group(1)).toList();
  }

  /**
   * Returns the format of the text after "unsafe": a line of one or more codes, separated by
   * commas.
   */
  public static Format format(List<String> codes) {
    String any = codes.stream().collect(Collectors.joining("|", "(", ")"));
    return Format.continuation("\\n" + any + "(," + any + "){0," + (codes.size() - 1) + "}");
  }

  /**
   * Applies these categories to a rendered prompt.
   *
   * @throws UserException when it has no categories, or not those that are left out
   */
  String applied(String prompt) {
    Matcher section = section(prompt);
    if (categories.isEmpty() && excluded.isEmpty()) {
      return prompt;
    }
    Map<String, String> lines = categories.isEmpty() ? lines(section.group(1)) : lines(categories);
    for (String code : excluded) {
      if (lines.remove(code) == null) {
        throw new UserException(
            "herd.moderation.exclude names " + code + ", which isn't a category.",
            "The categories are " + String.join(", ", lines.keySet()) + ".");
      }
    }
    if (lines.isEmpty()) {
      throw new UserException(
          "No category is left to judge by.", "Leave fewer out in herd.moderation.exclude.");
    }
    return prompt.substring(0, section.start(1))
        + String.join("", lines.values())
        + prompt.substring(section.end(1));
  }

  private static Matcher section(String prompt) {
    Matcher section = SECTION.matcher(prompt);
    if (!section.find() || !LINE.matcher(section.group(1)).find()) {
      throw new UserException(
          "herd.task is moderation, and the model's chat template names no categories of unsafe"
              + " content as Llama Guard's do.",
          "Choose a Llama Guard, such as meta-llama/Llama-Guard-3-1B.");
    }
    return section;
  }

  /** Returns the lines of each category in a section, by its code. */
  private static Map<String, String> lines(String section) {
    Map<String, String> lines = sorted();
    List<MatchResult> starts = new ArrayList<>(LINE.matcher(section).results().toList());
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1).start() : section.length();
      lines.put(starts.get(i).group(1), section.substring(starts.get(i).start(), end));
    }
    return lines;
  }

  private static Map<String, String> lines(Map<String, String> descriptions) {
    Map<String, String> lines = sorted();
    descriptions.forEach((code, text) -> lines.put(code, code + ": " + text + "\n"));
    return lines;
  }

  /** Sorts S2 before S10. */
  private static Map<String, String> sorted() {
    return new TreeMap<>(
        Comparator.comparing((String code) -> code.replaceAll("[0-9]", ""))
            .thenComparing(code -> Integer.valueOf(code.replaceAll("[A-Z]", ""))));
  }
}
