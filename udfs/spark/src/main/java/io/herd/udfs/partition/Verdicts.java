package io.herd.udfs.partition;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.results.Result;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.Policy;
import io.herd.udfs.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Llama Guard's judgements of a task's rows. A row is judged by a pass over its prompt, as labels
 * are; of what is unsafe the categories are then generated, which can be nothing but codes.
 */
final class Verdicts implements RowTask.Finder {
  /** Compiles a format over the model's vocabulary. */
  @FunctionalInterface
  interface Compiler {
    Grammar compile(Format format) throws InterruptedException;
  }

  private final Moderation how;
  private final LabelTokens forms;
  private final RequestGroup group;
  private final int[] prefix;
  private final Tokenizer tokenizer;
  private final Compiler compiler;
  private Judgement task; // null until the first row tells its categories

  Verdicts(
      Labelling how,
      GenerateSettings settings,
      int[] prefix,
      Tokenizer tokenizer,
      Compiler compiler) {
    this.how = how.moderation();
    this.forms = how.tokens(how.choices(), tokenizer::encodeLabel);
    this.group = RequestGroup.labelling(settings, prefix, forms);
    this.prefix = prefix.clone();
    this.tokenizer = tokenizer;
    this.compiler = compiler;
  }

  @Override
  public RowTask find(PendingRow row) throws InterruptedException {
    if (task == null) {
      Format codes = Policy.format(Policy.codes(tokenizer.decode(row.ids())));
      GenerateSettings settings =
          new GenerateSettings(
              Moderation.MOST_TOKENS, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0, codes);
      Grammar grammar = compiler.compile(codes);
      task =
          new Judgement(
              how, forms, group, GenerationTask.of(settings, prefix, tokenizer, grammar).group());
    }
    return task;
  }

  /** Judges whether a chat is safe. */
  private record Judgement(
      Moderation how, LabelTokens forms, RequestGroup group, RequestGroup categories)
      implements RowTask {

    @Override
    public int longestAnswer() {
      return forms.tailLength() + Moderation.MOST_TOKENS;
    }

    @Override
    public OptionalDouble share(List<Completion> completions) {
      double share = forms.share(completions.get(0).labelLogProbabilities());
      return Double.isNaN(share) ? OptionalDouble.empty() : OptionalDouble.of(share);
    }

    @Override
    public Optional<RowTask> next(List<Completion> completions) {
      Moderation.Verdict verdict = verdict(completions);
      return verdict.unsafe()
          ? Optional.of(new Categories(categories, verdict.safe(), forms.ids().get(verdict.form())))
          : Optional.empty();
    }

    @Override
    public Result result(String key, List<Completion> completions) {
      double safe = verdict(completions).safe();
      return Double.isNaN(safe)
          ? Result.failed(key, "the model gave its judgement no probability (not a number)")
          : Result.safe(key, safe);
    }

    private Moderation.Verdict verdict(List<Completion> completions) {
      return how.verdict(completions.get(0).labelLogProbabilities());
    }
  }

  /**
   * Generates the categories that an unsafe chat violates.
   *
   * @param safe probability that it is
   * @param judgement the tokens of it, which the categories follow
   */
  private record Categories(RequestGroup group, double safe, int[] judgement) implements RowTask {

    @Override
    public int[] ids(PendingRow row) {
      int[] ids = Arrays.copyOf(row.ids(), row.ids().length + judgement.length);
      System.arraycopy(judgement, 0, ids, row.ids().length, judgement.length);
      return ids;
    }

    @Override
    public int longestAnswer() {
      return Moderation.MOST_TOKENS;
    }

    @Override
    public Result result(String key, List<Completion> completions) {
      Completion written = completions.get(0);
      return Result.unsafe(key, safe, written.text().get().strip(), written.tokens());
    }
  }
}
