package io.herd.udfs.engine;

import io.herd.udfs.sample.TokenScores;
import java.util.List;
import java.util.function.Supplier;

/**
 * The result of one request.
 *
 * @param text what was generated, or null when labels were scored; decoded when it is asked for
 * @param tokens tokens generated, without the one that ended the text
 * @param finish why it ended
 * @param scores of each token, when they were asked for; else empty
 * @param labelLogProbabilities one per choice, or null when text was generated
 */
public record Completion(
    Supplier<String> text,
    int tokens,
    FinishReason finish,
    List<TokenScores> scores,
    double[] labelLogProbabilities) {

  /** Creates the result of scored labels. */
  public static Completion labelled(double[] labelLogProbabilities) {
    return new Completion(null, 0, FinishReason.CHOICE, List.of(), labelLogProbabilities);
  }
}
