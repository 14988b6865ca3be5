package io.herd.udfs.runtime;

import io.herd.udfs.engine.Engine;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.Placement;
import io.herd.udfs.model.Stage;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.model.Turns;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Loads a model onto a task's devices, in whole onto one or split over several, and makes the
 * engines of its lanes. Everything happens on their threads: libtorch's number of threads is one of
 * the calling thread's.
 */
final class EngineLoader {
  /** Of the memory that is free after loading, how much the KV cache may take. */
  private static final double KV_SHARE = 0.5;

  /** What the first lane has loaded for all of them. */
  private record Loaded(LlamaModel model, Limits limits, int maxTokens) {}

  private final EngineSettings settings;
  private final List<TorchDevice> devices;
  private final ModelFiles files;
  private final Turns turns;
  private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();

  EngineLoader(EnginePool.Key key, ModelFiles files) {
    this(key, files, turns(key.devices().size()));
  }

  EngineLoader(EnginePool.Key key, ModelFiles files, Turns turns) {
    this.settings = key.settings();
    this.devices = key.devices();
    this.files = files;
    this.turns = turns;
  }

  /** One for each lane. */
  List<EngineThread.Loader> lanes() {
    List<EngineThread.Loader> lanes = new ArrayList<>();
    lanes.add(this::first);
    lanes.addAll(Collections.nCopies(devices.size() - 1, this::another));
    return lanes;
  }

  private LoadedEngine first() throws InterruptedException {
    try {
      Devices.require(devices, settings.dtype());
      Tokenizer tokenizer = Engines.tokenizer(files);
      Path folder = files.whole();
      useThreads();
      LlamaModel model = LlamaModel.load(folder, settings.dtype(), placement(folder), turns);
      try {
        FirstWords.requireFinite(model, tokenizer);
        Loaded whole = measured(model);
        LoadedEngine engine = engine(model, whole, tokenizer);
        loaded.complete(whole);
        return engine;
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      loaded.completeExceptionally(e);
      throw e;
    }
  }

  private LoadedEngine another() throws InterruptedException {
    Loaded first = EngineThread.await(loaded);
    useThreads();
    LlamaModel model = first.model().twin();
    try {
      return engine(model, first, Engines.tokenizer(files));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private void useThreads() {
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = settings.threads() > 0 ? settings.threads() : processors;
    Devices.useThreads(Math.max(1, threads / devices.size()));
  }

  private static Turns turns(int stages) {
    return stages == 1 ? Turns.NONE : new StageTurns(stages);
  }

  private Placement placement(Path folder) {
    List<Placement.Room> rooms =
        devices.stream().map(device -> new Placement.Room(device, free(device))).toList();
    return Placement.split(LlamaModel.spec(folder), settings.dtype(), rooms);
  }

  /** Bytes of a device, shared out among the stages that are to be on it. */
  private long free(TorchDevice device) {
    return Devices.freeBytes(device) / Collections.frequency(devices, device);
  }

  private Loaded measured(LlamaModel model) {
    ModelSpec spec = model.spec();
    int maxTokens = settings.maxLength() > 0 ? settings.maxLength() : spec.maxPositions();
    long kvTokens = Long.MAX_VALUE;
    for (Stage stage : model.placement().stages()) {
      long perToken = stage.kvBytesPerToken(spec, settings.dtype());
      kvTokens = Math.min(kvTokens, kvTokens(settings, perToken, free(stage.device())));
    }
    int lanes = devices.size();
    long each = Math.max(1, kvTokens / lanes);
    Limits limits = limits(settings, devices.get(0), lanes, maxTokens, each);
    return new Loaded(model, limits, maxTokens);
  }

  /** Tokens of the KV cache, of all lanes together. */
  static long kvTokens(EngineSettings settings, long kvBytesPerToken, long freeBytes) {
    long auto = (long) (KV_SHARE * freeBytes);
    long bytes = settings.memoryMib() > 0 ? (long) settings.memoryMib() << 20 : auto;
    return bytes / kvBytesPerToken;
  }

  /** Of one lane. */
  static Limits limits(
      EngineSettings settings, TorchDevice device, int lanes, int maxTokens, long kvTokens) {
    int all = settings.slots() > 0 ? settings.slots() : device.slots() * lanes;
    int slots = Math.max(1, all / lanes);
    if (settings.deterministic()) {
      slots = (int) Math.max(1, Math.min(slots, kvTokens / maxTokens));
    }
    int step = device.capacityStep(settings.dtype());
    return new Limits(slots, kvTokens, device.prefillTokens(), step, 0);
  }

  private LoadedEngine engine(LlamaModel model, Loaded whole, Tokenizer tokenizer) {
    TimedModel timed =
        new TimedModel(model, new StepWatch(settings.stepTimeout(), System::nanoTime));
    Engine engine = new Engine(timed, whole.limits(), whole.maxTokens(), settings.deterministic());
    String firstWords = Devices.names(devices) + ": " + FirstWords.of(engine, tokenizer);
    return new LoadedEngine(engine, firstWords, timed);
  }
}
