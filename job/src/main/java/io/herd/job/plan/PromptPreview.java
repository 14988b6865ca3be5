package io.herd.job.plan;

import io.herd.udfs.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Shows prompts as the model reads them, with special tokens spelled out: only the first one
 * includes the part that all prompts share, and long parts are shortened in the middle.
 *
 * @param prefix tokens that all prompts begin with
 */
public record PromptPreview(Tokenizer tokenizer, int[] prefix) {
  private static final int MOST_CHARS = 1200;

  /** Returns the lines to print for the first prompts. */
  public List<String> lines(List<int[]> prompts) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int[] ids = prompts.get(i);
      boolean shares =
          prefix.length > 0
              && ids.length >= prefix.length
              && Arrays.equals(ids, 0, prefix.length, prefix, 0, prefix.length);
      lines.add(String.format(Locale.ROOT, "  prompt %d  %,d tokens", i + 1, ids.length));
      String text = text(ids);
      int border = shares ? border(text) : 0;
      if (shares && i == 0) {
        add(lines, text.substring(0, border).replaceFirst("\n\\z", ""));
      }
      if (shares) {
        lines.add(
            String.format(
                Locale.ROOT,
                i == 0
                    ? "    [the first %,d tokens, up to here, are the same in all prompts]"
                    : "    [the same first %,d tokens]",
                prefix.length));
      }
      add(lines, text.substring(border));
    }
    return lines;
  }

  /** Returns where the shared part ends, which may be inside a character. */
  private int border(String text) {
    String shared = text(prefix);
    int border = 0;
    while (border < Math.min(text.length(), shared.length())
        && text.charAt(border) == shared.charAt(border)) {
      border++;
    }
    return border;
  }

  private String text(int[] ids) {
    return tokenizer.show(ids);
  }

  private static void add(List<String> lines, String text) {
    String plain =
        shortened(text)
            .replaceAll("[\\p{Cc}&&[^\n\t]]", "\uFFFD"); // rows mustn't steer the terminal
    for (String line : plain.split("\n", -1)) {
      lines.add("    | " + line);
    }
  }

  private static String shortened(String text) {
    if (text.length() <= MOST_CHARS) {
      return text;
    }
    int half = MOST_CHARS / 2;
    return text.substring(0, half)
        + String.format(Locale.ROOT, "%n... %,d characters ...%n", text.length() - 2 * half)
        + text.substring(text.length() - half);
  }
}
