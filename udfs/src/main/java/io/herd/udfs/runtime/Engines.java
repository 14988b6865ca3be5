package io.herd.udfs.runtime;

import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The engines of this JVM, one per device or group of devices: the only static mutable state of
 * Herd. It must be static because Spark deserializes every task's function anew, while a model is
 * to be loaded once; {@link EnginePool} says when they go.
 */
public final class Engines {
  private static final int MOST_GRAMMARS = 8;

  private static final EnginePool POOL = new EnginePool();

  private static final Map<ModelManifest, Tokenizer> TOKENIZERS = new HashMap<>(); // by itself

  /** By itself; the last ones used, because a compiled format takes some megabytes. */
  private static final Map<GrammarKey, Grammar> GRAMMARS =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GrammarKey, Grammar> eldest) {
          return size() > MOST_GRAMMARS;
        }
      };

  private record GrammarKey(ModelManifest model, Format format) {}

  private Engines() {}

  /**
   * The engine for a task, loaded by the first that asks.
   *
   * @param files how the model's files come here, if this is the first
   * @param addresses of the GPUs that Spark gave the task: the model is split over several
   * @param onLost told when no engine of this process can use the device any more, once no task has
   *     anything left to write; it may end the process
   * @throws DeviceLost when that is so and it returns
   * @throws InterruptedException when the task is killed while it waits; the load goes on
   */
  public static EngineLease lease(
      EngineSettings settings,
      ModelFiles files,
      List<String> addresses,
      Consumer<DeviceLost> onLost)
      throws InterruptedException {
    return leaseOn(Devices.choose(settings.device(), addresses), settings, files, onLost);
  }

  /** The same on devices of the caller's choice. */
  public static EngineLease leaseOn(
      List<TorchDevice> devices,
      EngineSettings settings,
      ModelFiles files,
      Consumer<DeviceLost> onLost)
      throws InterruptedException {
    EnginePool.Key key = new EnginePool.Key(settings, devices);
    return POOL.lease(key, new EngineLoader(key, files).lanes(), onLost);
  }

  /** A model's tokenizer; it may be used by several threads. */
  public static Tokenizer tokenizer(ModelFiles files) throws InterruptedException {
    synchronized (TOKENIZERS) {
      Tokenizer loaded = TOKENIZERS.get(files.manifest());
      return loaded == null ? tokenizer(files.manifest(), files.small()) : loaded;
    }
  }

  /**
   * A model's tokenizer, where its small files are here already.
   *
   * @param folder with {@code tokenizer.json}
   */
  public static Tokenizer tokenizer(ModelManifest model, Path folder) {
    synchronized (TOKENIZERS) {
      return TOKENIZERS.computeIfAbsent(model, any -> Tokenizer.load(folder));
    }
  }

  /**
   * A format over a model's vocabulary, compiled by the first that asks.
   *
   * @throws io.herd.udfs.UserException when the model can't keep to the format
   */
  public static Grammar grammar(ModelFiles files, Format format) throws InterruptedException {
    GrammarKey key = new GrammarKey(files.manifest(), format);
    synchronized (GRAMMARS) {
      Grammar compiled = GRAMMARS.get(key);
      if (compiled == null) {
        Path folder = files.small();
        Set<Integer> endIds = LlamaModel.spec(folder).endIds();
        compiled = Grammar.of(format, Tokenizer.vocabulary(folder), endIds);
        GRAMMARS.put(key, compiled);
      }
      return compiled;
    }
  }

  /** What the engines of this JVM do and have done, see {@link EngineMetrics}. */
  public static Map<String, Long> metrics() {
    return POOL.metrics();
  }

  /** Unloads every engine, waiting for their current passes. */
  public static void closeAll() throws InterruptedException {
    POOL.closeAll();
    synchronized (TOKENIZERS) {
      TOKENIZERS.values().forEach(Tokenizer::close);
      TOKENIZERS.clear();
    }
    synchronized (GRAMMARS) {
      GRAMMARS.clear();
    }
  }
}
