package io.herd.udfs.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The modules of a model's stages, one behind the other. Confined to one thread. */
final class Pipeline implements AutoCloseable {
  private final List<TorchModule> stages;
  private final Turns turns;

  private Pipeline(List<TorchModule> stages, Turns turns) {
    this.stages = stages;
    this.turns = turns;
  }

  static Pipeline load(ModelSpec spec, Path folder, Dtype dtype, Placement placement, Turns turns) {
    Pipeline pipeline = empty(spec, placement, turns);
    try {
      for (int i = 0; i < pipeline.stages.size(); i++) {
        WeightLoader.load(pipeline.stages.get(i), spec, folder, dtype, placement.stages().get(i));
      }
      return pipeline;
    } catch (RuntimeException | Error e) {
      pipeline.close();
      throw e;
    }
  }

  private static Pipeline empty(ModelSpec spec, Placement placement, Turns turns) {
    Pipeline pipeline = new Pipeline(new ArrayList<>(), turns);
    try {
      placement.stages().forEach(stage -> pipeline.stages.add(TorchModule.load(spec, stage)));
      return pipeline;
    } catch (RuntimeException | Error e) {
      pipeline.close();
      throw e;
    }
  }

  /** Another one with the same weights, not copied, and a KV cache of its own. */
  Pipeline twin(ModelSpec spec, Placement placement) {
    Pipeline twin = empty(spec, placement, turns);
    for (int i = 0; i < stages.size(); i++) {
      try (TorchModule.Opaque weights = stages.get(i).opaque("weights");
          TorchModule.Opaque packed = stages.get(i).opaque("packed_weights")) {
        twin.stages.get(i).run("borrow", weights, packed);
      }
    }
    return twin;
  }

  /** Calls a method of every stage for its effect. */
  void each(String method, Object... arguments) {
    stages.forEach(stage -> stage.run(method, arguments));
  }

  /**
   * Passes through all stages.
   *
   * @param ids for the first stage; the others take the hidden states of the one before
   * @return hidden states on the last stage's device, to be closed
   */
  TorchModule.Opaque pass(String method, TorchModule.Ints ids, Object... others) {
    Object[] arguments = new Object[others.length + 1];
    System.arraycopy(others, 0, arguments, 1, others.length);
    arguments[0] = ids;
    TorchModule.Opaque hidden = compute(0, method, arguments);
    for (int i = 1; i < stages.size(); i++) {
      try (TorchModule.Opaque entering = hidden) {
        arguments[0] = entering;
        hidden = compute(i, method, arguments);
      }
    }
    return hidden;
  }

  private TorchModule.Opaque compute(int stage, String method, Object[] arguments) {
    turns.begin(stage);
    try {
      return stages.get(stage).opaque(method, arguments);
    } finally {
      turns.end(stage);
    }
  }

  /** Computes with the stage that has the head. */
  <T> T last(Function<TorchModule, T> computation) {
    int last = stages.size() - 1;
    turns.begin(last);
    try {
      return computation.apply(stages.get(last));
    } finally {
      turns.end(last);
    }
  }

  @Override
  public void close() {
    stages.forEach(TorchModule::close);
  }
}
