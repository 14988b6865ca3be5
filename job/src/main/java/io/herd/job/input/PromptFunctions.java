package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.partition.PromptFunction;
import io.herd.udfs.partition.RowMap;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.text.PromptRenderer;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Makes the function that renders the prompts of rows, after checking on the driver that templates,
 * format and labels fit the model.
 */
public final class PromptFunctions {
  private PromptFunctions() {}

  /** Returns the function that renders rows of a schema, after checking its templates. */
  public static PromptFunction of(
      SparkSession spark, StructType schema, Settings settings, ResolvedModel model) {
    return of(schema, settings, model, ExampleRows.read(spark, settings));
  }

  static PromptFunction of(
      StructType schema, Settings settings, ResolvedModel model, ExampleRows examples) {
    check(schema, settings, model, examples);
    requireEnoughTokens(settings.generate(), model);
    LabelTask labels = ContentFree.task(schema, settings, model, examples::examples);
    int longest = model.maxLength() - answerTokens(settings, model);
    if (longest < Math.max(1, labels.contentFreeIds().length)) {
      throw noRoom(settings, model);
    }
    return new PromptFunction(
        settings.prompt(),
        model.files(),
        model.chatTemplate(),
        examples.examples(),
        model.specialTokens(),
        ResultKey.of(
            model.manifest(),
            model.identity(settings),
            settings.generate(),
            endIds(settings.generate(), model),
            labels),
        labels,
        longest,
        model.maxLength(),
        settings.generate(),
        PromptInput.columns(schema, settings),
        settings.onEmpty() == Settings.OnEmpty.FAIL);
  }

  /** Returns the tokens that end a text only because a stop string names them. */
  private static Set<Integer> endIds(GenerateSettings generate, ResolvedModel model) {
    Set<Integer> ids = model.tokenizer().specialIds(generate.stop());
    if (!generate.ignoreEos()) {
      ids.removeAll(model.endIds());
    }
    return ids;
  }

  /** Checks on the driver, before anything runs. */
  private static void check(
      StructType schema, Settings settings, ResolvedModel model, ExampleRows examples) {
    PromptRenderer renderer =
        PromptRenderer.of(settings.prompt(), model.chatTemplate(), model.specialTokens());
    renderer.check(RowMap.shape(schema));
    examples.check(renderer);
    PromptRenderer.of(
        settings.prompt(), model.chatTemplate(), model.specialTokens(), examples.examples());
  }

  /**
   * Counts an answer's tokens as the engine does, so that no row fails there and stores its
   * failure.
   */
  private static int answerTokens(Settings settings, ResolvedModel model) {
    Labelling labelling = settings.labelling();
    if (!labelling.on()) {
      return settings.generate().maxNewTokens();
    }
    if (labelling.column() != null) { // the engine fails the rows whose own don't fit
      return 0;
    }
    return labelling.tokens(labelling.choices(), model.tokenizer()::encodeLabel).tailLength()
        + (labelling.moderation() == null ? 0 : Moderation.MOST_TOKENS);
  }

  /** Compiles the format, too, so that one which the model can't write is refused here. */
  private static void requireEnoughTokens(GenerateSettings generate, ResolvedModel model) {
    if (generate.format() == null) {
      return;
    }
    try {
      int least = Engines.grammar(model.files(), generate.format()).leastTokens();
      if (least > generate.maxNewTokens()) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "herd.generate.max-new-tokens = %d is too few for %s: its shortest text has %d"
                    + " tokens",
                generate.maxNewTokens(),
                generate.format().kind().key(),
                least),
            String.format(
                Locale.ROOT,
                "raise herd.generate.max-new-tokens to %d or more; texts with content need more.",
                least));
      }
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the format was compiled", e);
    }
  }

  private static UserException noRoom(Settings settings, ResolvedModel model) {
    String limit =
        " leaves no room for a prompt: a row of this model has at most "
            + model.maxLength()
            + " tokens";
    int most = model.maxPositions();
    String more =
        model.maxLength() < most
            ? ", or raise herd.engine.max-length, to " + most + " at most."
            : ".";
    return settings.labelling().on()
        ? new UserException(
            "herd.choices" + limit,
            "use fewer or shorter labels, or give each row its own few by herd.choices-column"
                + more)
        : new UserException(
            "herd.generate.max-new-tokens = " + settings.generate().maxNewTokens() + limit,
            "lower max-new-tokens" + more);
  }
}
