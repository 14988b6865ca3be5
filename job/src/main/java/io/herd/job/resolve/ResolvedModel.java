package io.herd.job.resolve;

import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.partition.ExecutorFiles;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.runtime.FastType;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A model whose files are known and whose shapes have been checked. Its weights aren't loaded yet.
 *
 * @param files how executors come by it
 * @param adapterOrigins of the manifest's adapters
 * @param chatTemplate its own, or null
 * @param tokenizer the driver's, parsed once; it is closed with the engines of this JVM
 * @param maxLength tokens of the longest row
 * @param executors where its engines run
 */
public record ResolvedModel(
    ExecutorFiles files,
    Origin origin,
    List<Origin> adapterOrigins,
    ModelSpec spec,
    Dtype dtype,
    ChatTemplate chatTemplate,
    Tokenizer tokenizer,
    int maxLength,
    EngineExecutors executors) {

  /**
   * Resolves what the settings name, in the type that every executor is fast at.
   *
   * @throws UserException when access is refused, files are missing or damaged, or it isn't a Llama
   */
  public static ResolvedModel of(
      SparkSession spark, Settings settings, ModelLocator.Listener listener) {
    return of(spark, settings, new ModelLocator(spark, settings, listener).locate());
  }

  /** Checks a model that was located. */
  static ResolvedModel of(SparkSession spark, Settings settings, LocatedModel located) {
    Path folder = located.folder();
    ModelSpec spec =
        located.complete()
            ? LlamaModel.check(located.folders())
            : LlamaModel.checkAdapters(located.folders());
    Tokenizer tokenizer = Engines.tokenizer(located.manifest(), folder);
    if (tokenizer.vocabularySize() > spec.embeddings()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the tokenizer in %s has ids up to %d, the model's vocabulary ends at %d",
              folder,
              tokenizer.vocabularySize() - 1,
              spec.embeddings() - 1),
          "use the tokenizer.json that belongs to this model.");
    }
    requirePositions(settings, spec);
    EngineExecutors executors = EngineExecutors.of(spark.sparkContext().getConf());
    return new ResolvedModel(
        files(spark, settings, located),
        located.origin(),
        located.adapters().stream().map(LocatedModel::origin).toList(),
        spec,
        dtype(settings, ExecutorProbe.fastType(spark, device(settings), executors)),
        ChatTemplate.read(folder).orElse(null),
        tokenizer,
        settings.engine().maxLength().orElse(spec.maxPositions()),
        executors);
  }

  /** Beyond them a model goes on as if it could, and its texts are noise. */
  private static void requirePositions(Settings settings, ModelSpec spec) {
    int asked = settings.engine().maxLength().orElse(0);
    if (asked > spec.maxPositions()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "herd.engine.max-length = %d: the model was made for rows of %d tokens, prompt and"
                  + " answer together (max_position_embeddings in its config.json)",
              asked,
              spec.maxPositions()),
          String.format(
              Locale.ROOT,
              "set it to %d or less, or leave it auto; herd.prompt.on-overflow can cut longer rows.",
              spec.maxPositions()));
    }
  }

  private static ExecutorFiles files(SparkSession spark, Settings settings, LocatedModel located) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new ExecutorFiles(
        located.manifest(),
        located.location(),
        located.adapters().stream().map(LocatedModel::location).toList(),
        settings.hub().cache().map(Path::toString).orElse(null),
        located.token().map(context::broadcast).orElse(null),
        context.broadcast(
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration())),
        spark.sparkContext().longAccumulator("herd fetched bytes"));
  }

  private static DeviceChoice device(Settings settings) {
    return DeviceChoice.valueOf(settings.model().device().name());
  }

  private static Dtype dtype(Settings settings, FastType fast) {
    return switch (settings.model().dtype()) {
      case AUTO -> fast.dtype();
      case BFLOAT16 -> fast.require(Dtype.BFLOAT16);
      case FLOAT32 -> Dtype.FLOAT32;
      case INT8 -> Dtype.INT8;
    };
  }

  /** The tokenizer's, in the order of its file. */
  public List<String> specialTokens() {
    return tokenizer.specialTokens();
  }

  public ModelManifest manifest() {
    return files.manifest();
  }

  /** What tasks ask their engine for. */
  public EngineSettings engine(Settings settings, SparkConf conf) {
    Settings.Engine engine = settings.engine();
    return new EngineSettings(
        manifest(),
        dtype,
        device(settings),
        engine.slots().orElse(0),
        engine.memory().orElse(0),
        maxLength,
        engine.threads().orElseGet(() -> EngineThreads.auto(conf)),
        engine.lanes().orElse(0),
        engine.stepTimeout().orElse(null),
        engine.deterministic(),
        engine.lookup());
  }

  /** Bytes of the weights as the engine holds them. */
  public long weightBytes() {
    return spec.weightBytes(dtype);
  }

  /** Takes the token back from the executors and forgets it here. */
  public void forgetToken() {
    if (files.token() != null) {
      files.token().value().close();
      files.token().destroy();
    }
  }
}
