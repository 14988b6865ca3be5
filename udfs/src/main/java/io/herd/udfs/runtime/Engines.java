package io.herd.udfs.runtime;

import ai.djl.Device;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The engines of this JVM, at most one per device: the only static mutable state of Herd. It must
 * be static because Spark deserializes every task's function anew, while a model is to be loaded
 * once.
 *
 * <p>An engine stays loaded when its last lease is closed, for the tasks to come. It makes way when
 * a task needs another model on the same device and nobody uses the old one any more; while
 * somebody does, the two sit side by side.
 */
public final class Engines {
  /** Of the memory that is free after loading, how much the KV cache may take. */
  private static final double KV_SHARE = 0.5;

  private static final int AUTO_SLOTS = 128;
  private static final int PREFILL_TOKENS = 512;
  private static final int MOST_GRAMMARS = 8;

  private static final Map<Key, Holding> HELD = new HashMap<>(); // guarded by Engines.class

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

  private record Key(EngineSettings settings, Device device) {}

  private static final class Holding {
    private final EngineThread thread;
    private int leases;

    Holding(EngineThread thread) {
      this.thread = thread;
    }
  }

  private Engines() {}

  /**
   * The engine for a task, loaded by the first that asks.
   *
   * @param files how the model's files come here, if this is the first
   * @param address the GPU that Spark gave the task, or empty
   * @throws InterruptedException when the task is killed while it waits; the load goes on
   */
  public static EngineLease lease(
      EngineSettings settings, ModelFiles files, Optional<String> address)
      throws InterruptedException {
    Key key = new Key(settings, Devices.choose(settings.device(), address));
    Holding holding = acquire(key, files);
    Runnable release = () -> release(holding);
    try {
      return new EngineLease(holding.thread, holding.thread.awaitReady(), release);
    } catch (InterruptedException | RuntimeException e) {
      release.run();
      throw e;
    }
  }

  /** A model's tokenizer; it may be used by several threads. */
  public static Tokenizer tokenizer(ModelFiles files) throws InterruptedException {
    synchronized (TOKENIZERS) {
      Tokenizer loaded = TOKENIZERS.get(files.manifest());
      if (loaded == null) {
        loaded = Tokenizer.load(files.small());
        TOKENIZERS.put(files.manifest(), loaded);
      }
      return loaded;
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

  /** Unloads every engine, waiting for their current passes. */
  public static synchronized void closeAll() throws InterruptedException {
    for (Holding holding : HELD.values()) {
      holding.thread.close();
    }
    HELD.clear();
    synchronized (TOKENIZERS) {
      TOKENIZERS.values().forEach(Tokenizer::close);
      TOKENIZERS.clear();
    }
    synchronized (GRAMMARS) {
      GRAMMARS.clear();
    }
  }

  private static synchronized Holding acquire(Key key, ModelFiles files)
      throws InterruptedException {
    Holding held = HELD.get(key);
    if (held == null || !held.thread.alive()) {
      evictUnused(key.device());
      held = new Holding(new EngineThread("herd-engine-" + key.device(), () -> load(key, files)));
      HELD.put(key, held);
    }
    held.leases++;
    return held;
  }

  private static synchronized void release(Holding holding) {
    holding.leases--;
  }

  private static void evictUnused(Device device) throws InterruptedException {
    Iterator<Map.Entry<Key, Holding>> entries = HELD.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Key, Holding> entry = entries.next();
      if (entry.getKey().device().equals(device) && entry.getValue().leases == 0) {
        entry.getValue().thread.close();
        entries.remove();
      }
    }
  }

  /** On the engine's own thread: libtorch's number of threads is one of the calling thread's. */
  private static LoadedEngine load(Key key, ModelFiles files) throws InterruptedException {
    EngineSettings settings = key.settings();
    Devices.require(key.device(), settings.dtype());
    Tokenizer tokenizer = tokenizer(files);
    Path folder = files.whole();
    int processors = Runtime.getRuntime().availableProcessors();
    Devices.useThreads(settings.threads() > 0 ? settings.threads() : processors);
    LlamaModel model = LlamaModel.load(folder, settings.dtype(), key.device());
    try {
      FirstWords.requireFinite(model, tokenizer);
      int maxTokens = settings.maxLength() > 0 ? settings.maxLength() : model.spec().maxPositions();
      long perToken = model.spec().kvBytesPerToken(settings.dtype());
      Limits limits = limits(settings, maxTokens, perToken, Devices.freeBytes(key.device()));
      TimedModel timed = new TimedModel(model);
      Engine engine = new Engine(timed, limits, maxTokens, settings.deterministic());
      String firstWords = key.device() + ": " + FirstWords.of(engine, tokenizer);
      return new LoadedEngine(engine, firstWords, timed);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  static Limits limits(
      EngineSettings settings, int maxTokens, long kvBytesPerToken, long freeBytes) {
    long auto = (long) (KV_SHARE * freeBytes);
    long bytes = settings.memoryMib() > 0 ? (long) settings.memoryMib() << 20 : auto;
    long kvTokens = Math.max(1, bytes / kvBytesPerToken);
    int slots = settings.slots() > 0 ? settings.slots() : AUTO_SLOTS;
    if (settings.deterministic()) {
      slots = (int) Math.max(1, Math.min(slots, kvTokens / maxTokens));
    }
    return new Limits(slots, kvTokens, PREFILL_TOKENS);
  }
}
