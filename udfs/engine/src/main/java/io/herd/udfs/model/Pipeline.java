package io.herd.udfs.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The modules of a model's stages, in order. Confined to one thread. */
final class Pipeline implements AutoCloseable {
  private final List<LlamaScript> stages;
  private final StageLocks locks;

  /** A stage's part of a pass: from ids, or the previous stage's hidden states, to its own. */
  interface StagePass {
    TorchModule.Value compute(LlamaScript stage, TorchModule.Tensor x);
  }

  private Pipeline(List<LlamaScript> stages, StageLocks locks) {
    this.stages = stages;
    this.locks = locks;
  }

  static Pipeline load(
      ModelSpec spec, ModelFolder folder, Dtype dtype, Placement placement, StageLocks locks) {
    Pipeline pipeline = empty(spec, placement, locks);
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

  private static Pipeline empty(ModelSpec spec, Placement placement, StageLocks locks) {
    Pipeline pipeline = new Pipeline(new ArrayList<>(), locks);
    try {
      placement.stages().forEach(stage -> pipeline.stages.add(LlamaScript.load(spec, stage)));
      return pipeline;
    } catch (RuntimeException | Error e) {
      pipeline.close();
      throw e;
    }
  }

  /** Returns another pipeline with these weights, not copied, and its own KV cache. */
  Pipeline sharingWeights(ModelSpec spec, Placement placement) {
    Pipeline other = empty(spec, placement, locks);
    for (int i = 0; i < stages.size(); i++) {
      try (TorchModule.Value weights = stages.get(i).shareWeights();
          TorchModule.Value packed = stages.get(i).sharePacked()) {
        other.stages.get(i).useWeights(weights, packed);
      }
    }
    return other;
  }

  /** Calls every stage for its effect. */
  void each(Consumer<LlamaScript> call) {
    stages.forEach(call);
  }

  /**
   * Runs a pass through all stages.
   *
   * @return hidden states on the last stage's device, to be closed
   */
  TorchModule.Value pass(TorchModule.Ints ids, StagePass pass) {
    TorchModule.Value hidden = compute(0, ids, pass);
    for (int i = 1; i < stages.size(); i++) {
      try (TorchModule.Value before = hidden) {
        hidden = compute(i, before, pass);
      }
    }
    return hidden;
  }

  private TorchModule.Value compute(int stage, TorchModule.Tensor x, StagePass pass) {
    locks.begin(stage);
    try {
      return pass.compute(stages.get(stage), x);
    } finally {
      locks.end(stage);
    }
  }

  /**
   * Copies input of the head's stage to its device before the pass begins: a copy to a GPU waits
   * for everything queued there. Of several stages, the last one's device may have another lane's
   * pass queued, so that the copy is left until this lane holds the stage.
   *
   * @return to be closed
   */
  TorchModule.Tensor early(TorchModule.Ints values) {
    boolean later = stages.size() > 1 || values.values().length == 0;
    return later ? values : stages.get(0).upload(values);
  }

  /** Computes on the stage that has the head. */
  <T> T last(Function<LlamaScript, T> computation) {
    int last = stages.size() - 1;
    locks.begin(last);
    try {
      return computation.apply(stages.get(last));
    } finally {
      locks.end(last);
    }
  }

  @Override
  public void close() {
    stages.forEach(LlamaScript::close);
  }
}
