package io.herd.udfs.runtime;

import io.herd.udfs.engine.Engine;
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
  private static final EnginePool.Key KEY =
      new EnginePool.Key(
          new EngineSettings(
              new ModelManifest("none", "local", List.of()),
              Dtype.FLOAT32,
              EngineSettings.DeviceChoice.CPU,
              0,
              0,
              0,
              0,
              null,
              false),
          List.of(TorchDevice.cpu()));

  private final EnginePool pool = new EnginePool();
  private final Supplier<CausalModel> models;

  /** Each engine that is loaded gets a new model. */
  public Leases(Supplier<CausalModel> models) {
    this.models = models;
  }

  public EngineLease lease() throws InterruptedException {
    return lease(lost -> {});
  }

  EngineLease lease(Consumer<DeviceLost> onLost) throws InterruptedException {
    return pool.lease(
        KEY, List.of(() -> loaded(models.get(), new StepWatch(null, System::nanoTime))), onLost);
  }

  static LoadedEngine loaded(CausalModel model, StepWatch watch) {
    TimedModel timed = new TimedModel(model, watch);
    return new LoadedEngine(new Engine(timed, new Limits(4, 256, 64), 64, false), "", timed);
  }

  public void close() throws InterruptedException {
    pool.closeAll();
  }
}
