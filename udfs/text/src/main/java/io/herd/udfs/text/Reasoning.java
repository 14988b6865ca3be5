package io.herd.udfs.text;

import java.io.Serializable;

/**
 * Splits a completion into reasoning and answer: reasoning comes first, between two tags, as in
 * {@code <think>...</think>}. Many chat templates write the first tag themselves, at the end of the
 * prompt, so that completions have the second one alone.
 *
 * @param start the tag before it
 * @param end the tag behind it
 * @param opened whether prompts end in the first tag
 */
public record Reasoning(String start, String end, boolean opened) implements Serializable {

  /** Returns the tags for prompts that do or don't end with the first tag. */
  public Reasoning opened(boolean now) {
    return new Reasoning(start, end, now);
  }

  /** Returns whether a prompt ends with the first tag, optionally followed by spaces. */
  public boolean isOpenedBy(String prompt) {
    return prompt.stripTrailing().endsWith(start);
  }

  /**
   * Returns the reasoning in a completion, without surrounding line breaks; null if it has none.
   * One that isn't ended, because the completion was cut, is all of it.
   */
  public String of(String completion) {
    int from = begin(completion);
    if (from < 0) {
      return null;
    }
    int to = completion.indexOf(end, from);
    return stripped(to < 0 ? completion.substring(from) : completion.substring(from, to));
  }

  /**
   * Returns the answer in a completion, without surrounding line breaks; all of it without
   * reasoning.
   */
  public String without(String completion) {
    int from = begin(completion);
    if (from < 0) {
      return completion;
    }
    int to = completion.indexOf(end, from);
    return to < 0 ? "" : stripped(completion.substring(to + end.length()));
  }

  /** Returns where the reasoning begins, or -1: a tag later in an answer is part of the answer. */
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
