package io.herd.udfs.runtime;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.MemoryBudget;
import io.herd.udfs.model.ModelFolder;
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
import java.util.function.Function;
import java.util.function.Supplier;

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
    ModelFolder folder = new ModelFolder(files.whole(), files.adapters());
    Background<Tokenizer> reading = Background.begin("herd-tokenizer", () -> tokenizers.of(files));
    Background<Void> verifying = Background.begin("herd-verify", () -> verified(files));
    LlamaModel model = model(folder, verifying);
    try {
      Tokenizer tokenizer = reading.get();
      verifying.get();
      SmokeTest.requireFinite(model, tokenizer);
      long kvTokens = kvTokens(model);
      LanePlan plan = plan(model.spec(), kvTokens);
      Limits limits = limits(settings, devices.get(0), plan, kvTokens);
      return lane(model, plan, limits, engine -> SmokeTest.of(engine, tokenizer));
    } catch (InterruptedException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static Void verified(ModelFiles files) {
    files.verify();
    return null;
  }

  /** Verifies a folder while loading; a file that differs from the driver's is the better error. */
  private LlamaModel model(ModelFolder folder, Background<Void> verifying)
      throws InterruptedException {
    Devices.useThreads(threads());
    try {
      return LlamaModel.load(folder, settings.dtype(), placement(folder.path()), locks);
    } catch (UserException | SystemException e) {
      verifying.get();
      throw e;
    }
  }

  private LoadedEngine sharing(LlamaModel first, LanePlan plan, Limits limits) {
    Devices.useThreads(plan.threads(plan.lanes()));
    LlamaModel model = first.sharingWeights();
    try {
      return lane(model, plan, limits, engine -> "");
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private LoadedEngine lane(
      LlamaModel model, LanePlan plan, Limits limits, Function<Engine, String> smokeTest) {
    StepWatch watch = new StepWatch(settings.stepTimeout(), System::nanoTime);
    TimedModel timed = new TimedModel(model, watch);
    Engine engine =
        new Engine(
            timed, limits, maxTokens(model.spec()), settings.deterministic(), settings.lookup());
    String kernels = model.kernels().map(name -> ", " + name + " kernels").orElse("");
    String words = Devices.names(devices) + words(plan) + kernels + ": " + smokeTest.apply(engine);
    Supplier<LoadedEngine> next = () -> sharing(model, plan, limits);
    return new LoadedEngine(engine, watch, words, plan, Devices::useThreads, next);
  }

  private String words(LanePlan plan) {
    return onProcessors() ? ", " + plan.words() : "";
  }

  /** Returns whether the whole model runs on processors that it doesn't share. */
  private boolean onProcessors() {
    return devices.size() == 1 && devices.get(0).computesOnThreads();
  }

  private int threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    return settings.threads() > 0 ? settings.threads() : processors;
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

  /** Tokens of the KV cache that the stages have memory for, of all lanes together. */
  private long kvTokens(LlamaModel model) {
    ModelSpec spec = model.spec();
    long kvTokens = Long.MAX_VALUE;
    for (Stage stage : model.placement().stages()) {
      long perToken = stage.kvBytesPerToken(spec, settings.dtype());
      long free = free(stage.device());
      kvTokens =
          Math.min(kvTokens, kvTokens(settings, budget(stage.device(), spec), perToken, free));
    }
    return kvTokens;
  }

  private LanePlan plan(ModelSpec spec, long kvTokens) {
    MemoryBudget budget = budget(devices.get(0), spec);
    return onProcessors()
        ? LanePlan.ofProcessors(settings, budget, maxTokens(spec), kvTokens, threads())
        : LanePlan.ofStages(settings, budget, maxTokens(spec), kvTokens, threads(), devices.size());
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
  static Limits limits(EngineSettings settings, TorchDevice device, LanePlan plan, long kvTokens) {
    int step = device.capacityStep(settings.dtype());
    long each = Math.max(1, kvTokens / plan.lanes());
    return new Limits(plan.slots(), each, device.prefillTokens(), step, 0);
  }
}
