package io.herd.udfs.runtime;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.MemoryBudget;
import io.herd.udfs.model.ModelSpec;
import io.herd.udfs.model.Placement;
import io.herd.udfs.model.Stage;
import io.herd.udfs.model.StageLocks;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.Natives;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Loads a model onto a task's devices, in whole onto one or split over several. Each lane loads on
 * its own thread, because libtorch's number of threads belongs to the calling thread. Meanwhile the
 * tokenizer is read, and the files are hashed, which takes as long as loading them; no engine
 * leaves here before both have ended.
 *
 * @param files how the model's files come here
 * @param locks of the lanes on the stages of a split model
 */
record EngineLoader(
    EngineSettings settings,
    List<TorchDevice> devices,
    ModelFiles files,
    Tokenizers tokenizers,
    StageLocks locks)
    implements Lane.Loader {
  static EngineLoader of(
      EngineSettings settings, List<TorchDevice> devices, ModelFiles files, Tokenizers tokenizers) {
    int stages = devices.size();
    StageLocks locks = stages == 1 ? StageLocks.NONE : new FairStageLocks(stages);
    return new EngineLoader(settings, devices, files, tokenizers, locks);
  }

  @Override
  public LoadedEngine load() throws InterruptedException {
    Natives.prepare();
    Devices.require(devices, settings.dtype());
    Path folder = files.present();
    Beside<Tokenizer> reading = Beside.begin("herd-tokenizer", () -> tokenizers.of(files));
    Beside<Void> verifying = Beside.begin("herd-verify", () -> verified(files));
    LlamaModel model = model(folder, verifying);
    try {
      Tokenizer tokenizer = reading.get();
      verifying.get();
      SmokeTest.requireFinite(model, tokenizer);
      return engine(model, limits(model), tokenizer);
    } catch (InterruptedException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static Void verified(ModelFiles files) {
    files.verify();
    return null;
  }

  /** Of a folder that is being verified: a file that isn't the driver's is the better reason. */
  private LlamaModel model(Path folder, Beside<Void> verifying) throws InterruptedException {
    useThreads();
    try {
      return LlamaModel.load(folder, settings.dtype(), placement(folder), locks);
    } catch (UserException | SystemException e) {
      verifying.get();
      throw e;
    }
  }

  private LoadedEngine sharing(LlamaModel first, Limits limits, Tokenizer tokenizer) {
    useThreads();
    LlamaModel model = first.sharingWeights();
    try {
      return engine(model, limits, tokenizer);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private LoadedEngine engine(LlamaModel model, Limits limits, Tokenizer tokenizer) {
    StepWatch watch = new StepWatch(settings.stepTimeout(), System::nanoTime);
    TimedModel timed = new TimedModel(model, watch);
    Engine engine = new Engine(timed, limits, maxTokens(model.spec()), settings.deterministic());
    String firstWords = Devices.names(devices) + ": " + SmokeTest.of(engine, tokenizer);
    return new LoadedEngine(engine, watch, firstWords, () -> sharing(model, limits, tokenizer));
  }

  private void useThreads() {
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = settings.threads() > 0 ? settings.threads() : processors;
    Devices.useThreads(Math.max(1, threads / devices.size()));
  }

  private Placement placement(Path folder) {
    List<Placement.Room> rooms =
        devices.stream().map(device -> new Placement.Room(device, free(device))).toList();
    return Placement.split(LlamaModel.spec(folder), settings.dtype(), rooms);
  }

  /** Free bytes of a device, divided by the stages that are to be on it. */
  private long free(TorchDevice device) {
    return Devices.freeBytes(device) / Collections.frequency(devices, device);
  }

  private int maxTokens(ModelSpec spec) {
    return settings.maxLength() > 0 ? settings.maxLength() : spec.maxPositions();
  }

  private Limits limits(LlamaModel model) {
    ModelSpec spec = model.spec();
    long kvTokens = Long.MAX_VALUE;
    for (Stage stage : model.placement().stages()) {
      long perToken = stage.kvBytesPerToken(spec, settings.dtype());
      long free = free(stage.device());
      kvTokens =
          Math.min(kvTokens, kvTokens(settings, budget(stage.device(), spec), perToken, free));
    }
    int lanes = devices.size();
    long each = Math.max(1, kvTokens / lanes);
    return limits(settings, budget(devices.get(0), spec), lanes, maxTokens(spec), each);
  }

  private MemoryBudget budget(TorchDevice device, ModelSpec spec) {
    return new MemoryBudget(device, spec, settings.dtype());
  }

  /** Tokens of the KV cache, of all lanes together. */
  static long kvTokens(
      EngineSettings settings, MemoryBudget budget, long kvBytesPerToken, long freeBytes) {
    long bytes =
        settings.memoryMib() > 0
            ? (long) settings.memoryMib() << 20
            : budget.cacheBytes(freeBytes, kvBytesPerToken);
    return bytes / kvBytesPerToken;
  }

  /** The limits of one lane. */
  static Limits limits(
      EngineSettings settings, MemoryBudget budget, int lanes, int maxTokens, long kvTokens) {
    int slots =
        settings.slots() > 0 ? Math.max(1, settings.slots() / lanes) : budget.slots(kvTokens);
    if (settings.deterministic()) {
      slots = (int) Math.max(1, Math.min(slots, kvTokens / maxTokens));
    }
    TorchDevice device = budget.device();
    int step = device.capacityStep(settings.dtype());
    return new Limits(slots, kvTokens, device.prefillTokens(), step, 0);
  }
}
