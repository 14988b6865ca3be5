package io.herd.udfs.sample;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How Llama Guard judges a chat: it writes {@code safe} or {@code unsafe}, and for unsafe ones the
 * violated categories' codes on the next line.
 *
 * @param threshold a chat that is unsafe with this probability or more is unsafe
 */
public record Moderation(double threshold) implements Serializable {
  public static final String SAFE = "safe";
  public static final String UNSAFE = "unsafe";

  /** Maximum number of tokens for the categories. */
  public static final int MOST_TOKENS = 100;

  /**
   * What models write before their judgement: Llama Guard 3 two line breaks after the header of its
   * turn, Llama Guard 1 a space after {@code [/INST]}, others nothing.
   */
  private static final List<String> LEADS = List.of("", " ", "\n", "\n\n");

  /**
   * A judgement.
   *
   * @param safe probability of safe against unsafe
   * @param form which of {@link #choices} the judgement was read from, were it unsafe
   */
  public record Verdict(double safe, boolean unsafe, int form) {}

  /** Returns each form of both words, safe before unsafe. */
  static List<Choice> choices() {
    List<Choice> choices = new ArrayList<>();
    for (String lead : LEADS) {
      choices.add(new Choice(lead + SAFE, lead + SAFE));
      choices.add(new Choice(lead + UNSAFE, lead + UNSAFE));
    }
    return choices;
  }

  /**
   * Judges at the position where the model writes its judgement: after the most likely lead.
   *
   * @param logs log-probabilities of {@link #choices}
   */
  public Verdict verdict(double[] logs) {
    int best = 0;
    for (int form = 2; form < logs.length; form += 2) {
      best = either(logs, form) > either(logs, best) ? form : best;
    }
    double[] shares = LabelScores.softmax(new double[] {logs[best], logs[best + 1]});
    return new Verdict(shares[0], shares[1] >= threshold, best + 1);
  }

  /** Returns the log-probability of safe and unsafe together. */
  private static double either(double[] logs, int form) {
    double most = Math.max(logs[form], logs[form + 1]);
    return most + Math.log1p(Math.exp(-Math.abs(logs[form] - logs[form + 1])));
  }
}
