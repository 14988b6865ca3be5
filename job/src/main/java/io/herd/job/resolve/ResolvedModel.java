package io.herd.job.resolve;

import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.partition.EndpointEngine;
import io.herd.udfs.partition.ExecutorFiles;
import io.herd.udfs.partition.LocalEngine;
import io.herd.udfs.partition.TaskEngine;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.runtime.FastType;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A model with known files and checked shapes. Its weights aren't loaded yet, or are a server's.
 *
 * @param files how executors get it
 * @param adapterOrigins of the manifest's adapters
 * @param spec null where servers compute
 * @param dtype null where servers compute
 * @param quantization how its files hold the weights, such as {@code GPTQ 4-bit}, if not as they
 *     are
 * @param chatTemplate its own, or null
 * @param tokenizer the driver's, parsed once; it is closed with the engines of this JVM
 * @param maxLength tokens of the longest row
 * @param executors where its engines run
 * @param remote the servers that compute, if any do
 * @param large the other model of a cascade, if it is one's small model
 */
public record ResolvedModel(
    ExecutorFiles files,
    Origin origin,
    List<Origin> adapterOrigins,
    ModelSpec spec,
    Dtype dtype,
    Optional<String> quantization,
    ChatTemplate chatTemplate,
    Tokenizer tokenizer,
    int maxLength,
    EngineExecutors executors,
    Optional<EndpointEngine> remote,
    Optional<ResolvedModel> large) {

  /**
   * Resolves what the settings name, in the type that every executor is fast at; of a cascade both
   * models.
   *
   * @throws UserException when access is refused, files are missing or damaged, or it isn't a Llama
   */
  public static ResolvedModel of(
      SparkSession spark, Settings settings, ModelLocator.Listener listener) {
    ResolvedModel model = of(spark, settings, new ModelLocator(spark, settings, listener).locate());
    try {
      return model.with(settings.large().map(large -> of(spark, large, listener)));
    } catch (RuntimeException e) {
      model.forgetToken();
      throw e;
    }
  }

  /** This model with the large one of a cascade. */
  public ResolvedModel with(Optional<ResolvedModel> other) {
    return new ResolvedModel(
        files,
        origin,
        adapterOrigins,
        spec,
        dtype,
        quantization,
        chatTemplate,
        tokenizer,
        maxLength,
        executors,
        remote,
        other);
  }

  /** Checks a located model. */
  static ResolvedModel of(SparkSession spark, Settings settings, LocatedModel located) {
    return settings.engine().remote()
        ? remote(spark, settings, located)
        : local(spark, settings, located);
  }

  private static ResolvedModel remote(SparkSession spark, Settings settings, LocatedModel located) {
    Tokenizer tokenizer = Engines.tokenizer(located.manifest(), located.folder());
    EndpointEngine engine = RemoteModel.of(spark, settings, tokenizer);
    return new ResolvedModel(
        files(spark, settings, located),
        located.origin(),
        List.of(),
        null,
        null,
        Optional.empty(),
        ChatTemplate.read(located.folder()).orElse(null),
        tokenizer,
        engine.settings().maxTokens(),
        new EngineExecutors(Optional.empty()),
        Optional.of(engine),
        Optional.empty());
  }

  private static ResolvedModel local(SparkSession spark, Settings settings, LocatedModel located) {
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
        LlamaModel.quantization(folder),
        ChatTemplate.read(folder).orElse(null),
        tokenizer,
        settings.engine().maxLength().orElse(spec.maxPositions()),
        executors,
        Optional.empty(),
        Optional.empty());
  }

  /** Refuses longer rows: beyond its positions a model continues silently, but writes noise. */
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
              "set it to %d or less, or leave it auto; herd.prompt.on-overflow can cut longer"
                  + " rows.",
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

  /** Returns the tokenizer's special tokens, in the order of its file. */
  public List<String> specialTokens() {
    return tokenizer.specialTokens();
  }

  public ModelManifest manifest() {
    return files.manifest();
  }

  /**
   * Returns what identifies the computation, as far as it affects results; result keys contain it.
   */
  public List<String> identity(Settings settings) {
    return remote
        .map(engine -> engine.settings().served().identity())
        .orElseGet(
            () -> List.of(dtype.text(), Boolean.toString(settings.engine().deterministic())));
  }

  /** Returns the number type, or what is known of the servers that decide it. */
  public String computing() {
    return remote
        .map(engine -> String.join(" ", engine.settings().served().identity()))
        .orElseGet(() -> dtype.text());
  }

  /** Describes the model for people. */
  public String description() {
    return remote
        .map(engine -> "served as " + engine.settings().served())
        .orElseGet(
            () ->
                String.format(Locale.ROOT, "%.1f M weights, %s", parameters() / 1e6, dtype.text()));
  }

  /** Returns the number of weights; 0 with servers. */
  public long parameters() {
    return spec == null ? 0 : spec.parameters();
  }

  /** Returns the maximum number of tokens in a row. */
  public int maxPositions() {
    return spec == null ? maxLength : spec.maxPositions();
  }

  /** Returns the tokens that end a text, as far as Herd decides that. */
  public Set<Integer> endIds() {
    return spec == null ? Set.of() : spec.endIds();
  }

  /** Returns the engine settings for tasks. */
  public TaskEngine engine(Settings settings, SparkConf conf) {
    if (remote.isPresent()) {
      return remote.get();
    }
    Settings.Engine engine = settings.engine();
    EngineSettings local =
        new EngineSettings(
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
    return new LocalEngine(local, files);
  }

  /** Returns the size of the weights in the engine, in bytes. */
  public long weightBytes() {
    return spec == null ? 0 : spec.weightBytes(dtype);
  }

  /** Destroys the broadcast of the token and the servers' key, and forgets them here. */
  public void forgetToken() {
    forget(files.token());
    remote.ifPresent(engine -> forget(engine.key()));
    large.ifPresent(ResolvedModel::forgetToken);
  }

  static void forget(Broadcast<Secret> secret) {
    if (secret != null) {
      secret.value().close();
      secret.destroy();
    }
  }
}
