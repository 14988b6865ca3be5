package io.herd.udfs.runtime;

import io.herd.udfs.engine.Engine;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.DeviceLost;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.schedule.Limits;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Leases of engines over models that tests make, as tasks get them of a process. */
public final class Leases {
  private static final Engines.Key KEY =
      new Engines.Key(
          new EngineSettings(
              new ModelManifest("none", "local", List.of()),
              Dtype.FLOAT32,
              EngineSettings.DeviceChoice.CPU,
              0,
              0,
              0,
              0,
              0,
              null,
              false,
              true),
          List.of(TorchDevice.cpu()));

  private final Engines engines = new Engines();
  private final Supplier<CausalModel> models;

  /** Each engine that is loaded gets a new model. */
  public Leases(Supplier<CausalModel> models) {
    this.models = models;
  }

  public EngineLease lease() throws InterruptedException {
    return lease(lost -> {});
  }

  EngineLease lease(Consumer<DeviceLost> onLost) throws InterruptedException {
    return engines.lease(
        KEY, () -> loaded(models.get(), new StepWatch(null, System::nanoTime)), onLost);
  }

  static LoadedEngine loaded(CausalModel model, StepWatch watch) {
    return loaded(model, watch, new Limits(4, 256, 64));
  }

  /** An engine of one lane. */
  static LoadedEngine loaded(CausalModel model, StepWatch watch, Limits limits) {
    return loaded(model, watch, limits, new LanePlan(1, limits.slots(), 1, 1, true, true));
  }

  /** An engine whose lanes share one model. */
  static LoadedEngine loaded(CausalModel model, StepWatch watch, Limits limits, LanePlan plan) {
    Engine engine = new Engine(new TimedModel(model, watch), limits, 64, false);
    return new LoadedEngine(
        engine, watch, "", plan, threads -> {}, () -> loaded(model, watch, limits, plan));
  }

  public void close() throws InterruptedException {
    engines.close();
  }
}
