package io.herd.job.resolve;

import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * A model whose files are known and whose shapes have been checked. Nothing of it is loaded yet.
 *
 * @param folder where its files lie, on every node
 * @param chatTemplate its own, or null
 * @param maxLength tokens of the longest row
 */
public record ResolvedModel(
    Path folder,
    ModelManifest manifest,
    ModelSpec spec,
    Dtype dtype,
    ChatTemplate chatTemplate,
    List<String> specialTokens,
    int maxLength) {

  /** Resolves what the settings name, in the type that every executor is fast at. */
  public static ResolvedModel of(SparkSession spark, Settings settings) {
    return of(settings, ExecutorProbe.fastDtype(spark, device(settings)));
  }

  private static DeviceChoice device(Settings settings) {
    return DeviceChoice.valueOf(settings.model().device().name());
  }

  /**
   * Resolves what the settings name.
   *
   * @param fastDtype the fastest type on every executor, see {@link ExecutorProbe}
   * @throws UserException when files are missing or damaged, or it isn't a Llama
   */
  public static ResolvedModel of(Settings settings, Dtype fastDtype) {
    Path folder =
        settings
            .model()
            .path()
            .orElseThrow(
                () ->
                    new UserException(
                        "herd.model.id = "
                            + settings.model().id().orElse("")
                            + ": this version doesn't fetch models from the Hub",
                        "fetch it with huggingface-cli download, and set herd.model.path to its"
                            + " folder."));
    ModelManifest manifest = ModelManifest.ofFolder(folder);
    ModelSpec spec = LlamaModel.check(folder);
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      if (tokenizer.vocabularySize() > spec.vocabulary()) {
        throw new UserException(
            String.format(
                "the tokenizer in %s has ids up to %d, the model's vocabulary ends at %d",
                folder, tokenizer.vocabularySize() - 1, spec.vocabulary() - 1),
            "use the tokenizer.json that belongs to this model.");
      }
    }
    return new ResolvedModel(
        folder,
        manifest,
        spec,
        dtype(settings, fastDtype),
        ChatTemplate.read(folder).orElse(null),
        Tokenizer.specialTokens(folder),
        settings.engine().maxLength().orElse(spec.maxPositions()));
  }

  private static Dtype dtype(Settings settings, Dtype fast) {
    return switch (settings.model().dtype()) {
      case AUTO -> fast;
      case BFLOAT16 -> Dtype.BFLOAT16;
      case FLOAT32 -> Dtype.FLOAT32;
    };
  }

  /** What tasks ask their engine for. */
  public EngineSettings engine(Settings settings, SparkConf conf) {
    Settings.Engine engine = settings.engine();
    return new EngineSettings(
        folder.toString(),
        manifest,
        dtype,
        device(settings),
        engine.slots().orElse(0),
        maxLength,
        engine.threads().orElseGet(() -> EngineThreads.auto(conf)),
        engine.deterministic());
  }

  /** Bytes of the weights as the engine holds them. */
  public long weightBytes() {
    return spec.parameters() * dtype.bytes();
  }
}
