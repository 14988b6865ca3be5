package io.herd.udfs.runtime;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The engines of this JVM by settings and devices, with the tokenizers and grammars of their
 * models. {@link #JVM} is the only static mutable state of Herd: Spark deserializes the function of
 * every task again, while a model is to be loaded once.
 *
 * <p>An engine stays loaded when its last lease is closed, for the tasks to come. It makes way when
 * a task needs another model on one of its devices and no task uses the old one any more; while
 * some task does, the two sit side by side. An engine that has died is replaced by a fresh one,
 * unless its device is lost to this process.
 */
public final class Engines {
  private static final Engines JVM = new Engines();

  /** How long the tasks of a lost device may take to write their results. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Identifies an engine. */
  record Key(EngineSettings settings, List<TorchDevice> devices) {
    private boolean sharesADevice(Key other) {
      return !Collections.disjoint(devices, other.devices);
    }
  }

  private final Map<Key, SharedEngine> engines = new HashMap<>(); // guarded by this
  private final Tokenizers tokenizers = new Tokenizers();
  private final Grammars grammars = new Grammars();
  private final GpuClaims claims = GpuClaims.ofHost();

  /** Creates an empty set. */
  Engines() {}

  /**
   * Takes a lease on the engine for a task; the first task that asks loads it.
   *
   * @param files how the model's files come here, if this is the first
   * @param addresses of the GPUs that Spark gave the task: the model is split over several
   * @param onLost called when no engine of this process can use the device any more, once no task
   *     has anything left to write, or when that takes too long; it may end the process
   * @throws DeviceLost when that is so and {@code onLost} returns
   * @throws InterruptedException when the task is killed while it waits; the load goes on
   */
  public static EngineLease lease(
      EngineSettings settings,
      ModelFiles files,
      List<String> addresses,
      Consumer<DeviceLost> onLost)
      throws InterruptedException {
    List<TorchDevice> devices = Devices.choose(settings.device(), addresses, JVM.claims);
    return leaseOn(devices, settings, files, onLost);
  }

  /** Leases an engine on the given devices, without claiming them. */
  public static EngineLease leaseOn(
      List<TorchDevice> devices,
      EngineSettings settings,
      ModelFiles files,
      Consumer<DeviceLost> onLost)
      throws InterruptedException {
    Lane.Loader loader = EngineLoader.of(settings, devices, files, JVM.tokenizers);
    return JVM.lease(new Key(settings, devices), loader, onLost);
  }

  /** Returns a model's tokenizer, which several threads may use. */
  public static Tokenizer tokenizer(ModelFiles files) throws InterruptedException {
    return JVM.tokenizers.of(files);
  }

  /**
   * Returns a model's tokenizer, when its small files are already on this machine.
   *
   * @param folder with {@code tokenizer.json}
   */
  public static Tokenizer tokenizer(ModelManifest model, Path folder) {
    return JVM.tokenizers.of(model, folder);
  }

  /**
   * Returns a format compiled over a model's vocabulary; the first caller compiles it.
   *
   * @throws io.herd.udfs.UserException when the model can't keep to the format
   */
  public static Grammar grammar(ModelFiles files, Format format) throws InterruptedException {
    return JVM.grammars.of(files, format);
  }

  /** Returns the metrics of this JVM's engines, see {@link EngineMetrics}. */
  public static Map<String, Long> metrics() {
    return JVM.sums();
  }

  /** Unloads every engine after its current pass. */
  public static void closeAll() throws InterruptedException {
    JVM.close();
  }

  /** Takes a lease on an engine that a test may create. */
  LocalLease lease(Key key, Lane.Loader loader, Consumer<DeviceLost> onLost)
      throws InterruptedException {
    requireUsable(key, onLost);
    SharedEngine engine = acquire(key, loader);
    try {
      return new LocalLease(engine, engine.awaitLoaded(), onLost);
    } catch (InterruptedException | RuntimeException e) {
      engine.release(onLost);
      throw e;
    }
  }

  private void requireUsable(Key key, Consumer<DeviceLost> onLost) throws InterruptedException {
    Optional<SharedEngine> lost = lost(key);
    if (lost.isPresent()) {
      lost.get().awaitUnused(PATIENCE);
      DeviceLost cause = lost.get().lost().orElseThrow();
      onLost.accept(cause);
      throw cause;
    }
  }

  private synchronized Optional<SharedEngine> lost(Key key) {
    return engines.entrySet().stream()
        .filter(entry -> entry.getKey().sharesADevice(key))
        .map(Map.Entry::getValue)
        .filter(engine -> engine.lost().isPresent())
        .findFirst();
  }

  private synchronized SharedEngine acquire(Key key, Lane.Loader loader)
      throws InterruptedException {
    SharedEngine engine = engines.get(key);
    if (engine != null && !engine.alive() && engine.lost().isEmpty()) {
      engine.close(); // its memory is needed
      engine = null;
    }
    if (engine == null) {
      evictUnused(key);
      String name = "herd-engine-" + Devices.names(key.devices());
      engine = SharedEngine.start(name, loader);
      engines.put(key, engine);
    }
    engine.acquire();
    return engine;
  }

  private void evictUnused(Key key) throws InterruptedException {
    Iterator<Map.Entry<Key, SharedEngine>> entries = engines.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Key, SharedEngine> entry = entries.next();
      if (entry.getKey().sharesADevice(key) && entry.getValue().unused()) {
        entry.getValue().close();
        entries.remove();
      }
    }
  }

  private synchronized Map<String, Long> sums() {
    Map<String, Long> sums = new HashMap<>();
    for (SharedEngine engine : engines.values()) {
      for (LoadedEngine lane : engine.loaded().orElse(List.of())) {
        EngineMetrics.of(lane.engine().stats(), lane.watch())
            .forEach((name, value) -> sums.merge(name, value, Long::sum));
      }
      sums.merge("queue", (long) engine.intake().size(), Long::sum);
    }
    return sums;
  }

  void close() throws InterruptedException {
    closeEngines();
    tokenizers.close();
    grammars.clear();
  }

  private synchronized void closeEngines() throws InterruptedException {
    for (SharedEngine engine : engines.values()) {
      engine.close();
    }
    engines.clear();
  }
}
