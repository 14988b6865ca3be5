package io.herd.udfs.runtime;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Outcome;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.Tokenizer;
import java.util.List;

/**
 * Tests a loaded model before the first row: damaged memory, a GPU's wrong kernels or weights of
 * another model fail here, and not in a million rows.
 */
final class SmokeTest {
  static final String PROMPT = "The capital of France is";
  private static final int TOKENS = 4;

  private SmokeTest() {}

  /**
   * Requires finite logits after the prompt.
   *
   * @throws SystemException when one of them isn't a finite number
   */
  static void requireFinite(LlamaModel model, Tokenizer tokenizer) {
    for (float logit : model.logits(List.of(ids(tokenizer)))[0]) {
      if (!Float.isFinite(logit)) {
        throw new SystemException(
            "the model was loaded, but computes "
                + logit
                + " instead of numbers; try herd.model.dtype=float32, or another machine",
            null);
      }
    }
  }

  /** Generates four tokens greedily, or fewer where rows are shorter, and returns the text. */
  static String of(Engine engine, Tokenizer tokenizer) {
    int[] ids = ids(tokenizer);
    int tokens = Math.min(TOKENS, engine.maxTokens() - ids.length);
    return tokens < 1 ? PROMPT : PROMPT + completion(engine, tokenizer, ids, tokens);
  }

  private static String completion(Engine engine, Tokenizer tokenizer, int[] ids, int tokens) {
    GenerateSettings settings =
        new GenerateSettings(tokens, tokens, true, List.of(), 0, Sampling.GREEDY, 1, 0);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(tokenizer::decode, List.of()));
    Outcome outcome = new Outcome();
    engine.submit(new Request(ids, 0, group, outcome));
    while (!outcome.isDone()) {
      engine.step();
    }
    return outcome.join().text().get();
  }

  private static int[] ids(Tokenizer tokenizer) {
    return tokenizer.encode(Prompt.data(PROMPT), false);
  }
}
