package io.herd.job.plan;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.runtime.Speed;
import io.herd.udfs.sample.Labelling;

/**
 * Tokens that the engines compute for a plan.
 *
 * @param prompts of prompts, each shared one once, and of the labels that are scored after them;
 *     not of labels that rows have of their own
 * @param answers that are generated, each at its full length
 */
public record Work(long prompts, long answers) {

  /** Computes the work of a plan whose prompts this model's tokenizer made. */
  public static Work of(Plan plan, Settings settings, ResolvedModel model) {
    long prompts = plan.tokens() - plan.shared();
    Labelling how = settings.labelling();
    if (how.on()) {
      return new Work(prompts + plan.prompts() * labels(how, model), 0);
    }
    return new Work(
        prompts,
        plan.newTokens(settings.generate().maxNewTokens()) * settings.generate().samples());
  }

  private static long labels(Labelling how, ResolvedModel model) {
    return how.choices().isEmpty()
        ? 0
        : how.tokens(how.choices(), model.tokenizer()::encodeLabel).tailLength();
  }

  /** Returns the time of one engine. */
  double seconds(Speed speed) {
    return prompts / speed.prefillTokens() + answers / speed.decodeTokens();
  }
}
