package io.herd.udfs.text;

import java.io.Serializable;

/**
 * How a completion's reasoning is split from its answer: it stands first, between two tags, as in
 * {@code <think>...</think>}. Many chat templates write the first tag themselves, at the end of the
 * prompt, so that completions have the second one alone.
 *
 * @param start the tag before it
 * @param end the tag behind it
 * @param opened whether prompts end in the first tag
 */
public record Reasoning(String start, String end, boolean opened) implements Serializable {

  /** These tags, for prompts that do or don't end in the first one. */
  public Reasoning opened(boolean now) {
    return new Reasoning(start, end, now);
  }

  /** Whether a prompt ends in the first tag, perhaps with blanks behind it. */
  public boolean isOpenedBy(String prompt) {
    return prompt.stripTrailing().endsWith(start);
  }

  /**
   * The reasoning in a completion, without the line breaks around it; null where it has none. One
   * that isn't ended, because the completion was cut, is all of it.
   */
  public String of(String completion) {
    int from = begin(completion);
    if (from < 0) {
      return null;
    }
    int to = completion.indexOf(end, from);
    return stripped(to < 0 ? completion.substring(from) : completion.substring(from, to));
  }

  /** The rest of a completion, without the line breaks around it; all of it where it has none. */
  public String without(String completion) {
    int from = begin(completion);
    if (from < 0) {
      return completion;
    }
    int to = completion.indexOf(end, from);
    return to < 0 ? "" : stripped(completion.substring(to + end.length()));
  }

  /** Where it begins, or -1: a tag later in an answer is what the answer speaks of. */
  private int begin(String completion) {
    int first = completion.length() - completion.stripLeading().length();
    if (completion.startsWith(start, first)) {
      return first + start.length(); // again, where the prompt has it already
    }
    return opened ? 0 : -1;
  }

  private static String stripped(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == '\n') {
      from++;
    }
    while (from < to && text.charAt(to - 1) == '\n') {
      to--;
    }
    return text.substring(from, to);
  }
}
