package io.herd.udfs.runtime;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Outcome;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.text.CompletionText;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An engine's speed, measured with artificial prompts.
 *
 * @param prefillTokens prompt tokens per second
 * @param decodeTokens new tokens per second with {@link #ROWS} rows at once
 */
public record Speed(double prefillTokens, double decodeTokens) implements Serializable {
  private static final int ROWS = 32;
  private static final int STEPS = 8;

  /** Measures after a warm-up; takes a few seconds. */
  public static Speed measure(EngineLease engine, int promptTokens) throws InterruptedException {
    int length = Math.max(1, Math.min(promptTokens, engine.maxTokens() - STEPS - 1));
    seconds(engine, prompts(length, 1), 1);
    double prefill = seconds(engine, prompts(length, 2), 1);
    double both = seconds(engine, prompts(length, 3), 1 + STEPS);
    double decode = Math.max(1e-6, both - prefill);
    return new Speed(ROWS * length / prefill, ROWS * STEPS / decode);
  }

  /** None begins as another: what prompts have in common would be computed once. */
  private static int[][] prompts(int length, int token) {
    int[][] prompts = new int[ROWS][length];
    for (int row = 0; row < ROWS; row++) {
      Arrays.fill(prompts[row], token);
      prompts[row][0] = row;
    }
    return prompts;
  }

  private static double seconds(EngineLease engine, int[][] prompts, int newTokens)
      throws InterruptedException {
    GenerateSettings settings = GenerateSettings.trial(newTokens);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    List<Outcome> outcomes = new ArrayList<>();
    long start = System.nanoTime();
    for (int[] ids : prompts) {
      Outcome outcome = new Outcome();
      outcomes.add(outcome);
      engine.submit(new Request(ids, 0, group, outcome));
    }
    for (Outcome outcome : outcomes) {
      engine.await(outcome);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
