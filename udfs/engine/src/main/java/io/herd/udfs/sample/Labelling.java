package io.herd.udfs.sample;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;

/**
 * How rows are labelled.
 *
 * @param choices of all rows; empty when nothing is labelled, or each row has its own
 * @param column the array with each row's own choices, or null
 * @param normalize what a label's length is worth
 * @param contentFree what stands for a row's content in the prompt whose scores are subtracted
 *     (contextual calibration, Zhao et al. 2021; PMI-DC, Holtzman et al. 2021), or null
 * @param abstainBelow a less likely label isn't given; it is decided when the output is written
 * @param questions how each label is asked for by itself, or null when a row has one label
 * @param moderation how Llama Guard's judgement is read, whose forms the choices then are; or null
 */
public record Labelling(
    List<Choice> choices,
    String column,
    Normalize normalize,
    String contentFree,
    double abstainBelow,
    Questions questions,
    Moderation moderation)
    implements Serializable {

  /** How a label's length is normalized. */
  public enum Normalize {
    /** A label's probability is that of its tokens together. */
    NONE,
    /** The log-probability is divided by the label's number of tokens. */
    LENGTH
  }

  /**
   * Scores each label independently by a question after the prompt: the probability of one answer
   * relative to the other.
   *
   * @param template with {@code {{ label }}} for the label's text
   * @param threshold a less likely label isn't given; it is decided when the output is written
   */
  public record Questions(String template, String yes, String no, double threshold)
      implements Serializable {
    private static final String LABEL = "\\{\\{-?\\s*label\\s*-?}}";

    /** Returns whether the template contains the label. */
    public boolean complete() {
      return !template.equals(template.replaceAll(LABEL, ""));
    }

    String about(Choice choice) {
      return template.replaceAll(LABEL, Matcher.quoteReplacement(choice.text()));
    }
  }

  /** No labelling. */
  public static final Labelling NONE =
      new Labelling(List.of(), null, Normalize.NONE, null, 0, null);

  public Labelling {
    choices = List.copyOf(choices);
  }

  /** Creates a labelling by labels. */
  public Labelling(
      List<Choice> choices,
      String column,
      Normalize normalize,
      String contentFree,
      double abstainBelow,
      Questions questions) {
    this(choices, column, normalize, contentFree, abstainBelow, questions, null);
  }

  /** Creates a labelling for moderation; see {@link #abstainBelow}. */
  public static Labelling of(Moderation moderation, double abstainBelow) {
    return new Labelling(
        Moderation.choices(), null, Normalize.NONE, null, abstainBelow, null, moderation);
  }

  /** Creates a labelling that gives each row the most likely of some labels, scored as written. */
  public static Labelling of(String... labels) {
    List<Choice> choices = Arrays.stream(labels).map(Choice::of).toList();
    return new Labelling(choices, null, Normalize.NONE, null, 0, null);
  }

  /** Returns whether labels are scored rather than text generated. */
  public boolean on() {
    return column != null || !choices.isEmpty();
  }

  /** Returns whether a row may have several labels, or none. */
  public boolean multi() {
    return questions != null;
  }

  /**
   * Returns the scored texts of some choices, as {@link LabelScores#of} expects them: one per
   * choice, or with questions each choice with yes, then with no.
   */
  public List<String> texts(List<Choice> some) {
    List<String> out = new ArrayList<>();
    for (Choice choice : some) {
      if (multi()) {
        out.add(questions.about(choice) + questions.yes());
        out.add(questions.about(choice) + questions.no());
      } else {
        out.add(choice.text());
      }
    }
    return out;
  }

  /**
   * Returns the tokens of {@link #texts}, where each part is encoded separately. They are the ones
   * to score only where prompt and text have them together, too.
   */
  public LabelTokens tokens(List<Choice> some, Function<String, int[]> encoder) {
    List<int[]> out = new ArrayList<>();
    for (Choice choice : some) {
      if (multi()) {
        int[] question = encoder.apply(questions.about(choice));
        out.add(joined(question, encoder.apply(questions.yes())));
        out.add(joined(question, encoder.apply(questions.no())));
      } else {
        out.add(encoder.apply(choice.text()));
      }
    }
    return new LabelTokens(out);
  }

  private static int[] joined(int[] first, int[] second) {
    int[] out = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, out, first.length, second.length);
    return out;
  }
}
