package io.herd.udfs.model;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Samples the tokens that follow a pass, on the stage that has the head. */
final class PassSampler {
  private final Pipeline stages;
  private final ModelSpec spec;
  private final boolean wide;
  private final long[] endIds;

  /**
   * Creates the sampler of a model.
   *
   * @param wide whether probabilities are in float64
   */
  PassSampler(Pipeline stages, ModelSpec spec, boolean wide) {
    this.stages = stages;
    this.spec = spec;
    this.wide = wide;
    this.endIds = spec.endIds().stream().mapToLong(Integer::longValue).sorted().toArray();
  }

  /**
   * Runs a pass and samples the token after each row.
   *
   * @param pass gives hidden states, {@code [tokens, hidden]}
   * @param tokens which of them are sampled from, or none for all
   */
  SampledTokens sample(Supplier<TorchModule.Value> pass, long[] tokens, SamplingBatch sampling) {
    PassInputs inputs = PassInputs.of(sampling, tokens, endIds, spec.vocabulary());
    try (TorchModule.Tensor given = stages.early(inputs.tensor());
        TorchModule.Value hidden = pass.get()) {
      if (sampling.rows().isEmpty()) {
        return SampledTokens.of();
      }
      return stages.last(
          script -> {
            script.computeLogits(hidden, given, inputs.tokens());
            IntFunction<SampledTokens> among =
                candidates -> sampled(script, sampling, given, inputs.sizes(), candidates);
            SampledTokens sampled = among.apply(sampling.candidates(spec.vocabulary()));
            boolean missed = Arrays.stream(sampled.ids()).anyMatch(id -> id < 0);
            return missed ? among.apply(spec.vocabulary()) : sampled;
          });
    }
  }

  private SampledTokens sampled(
      LlamaScript script,
      SamplingBatch sampling,
      TorchModule.Tensor inputs,
      long[] sizes,
      int candidates) {
    int logprobs = sampling.logprobs();
    TorchModule.Value sampled =
        script.sample(inputs, sizes, sampling.draws(), wide, candidates, logprobs);
    return logprobs > 0
        ? SampledTokens.of(sampled.doubles(), logprobs)
        : SampledTokens.of(Arrays.stream(sampled.longs()).mapToInt(Math::toIntExact).toArray());
  }
}
