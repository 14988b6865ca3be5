package io.herd.udfs.model;

import io.herd.udfs.model.TorchModule.Bits;
import io.herd.udfs.model.TorchModule.Bytes;
import io.herd.udfs.model.TorchModule.Doubles;
import io.herd.udfs.model.TorchModule.Flags;
import io.herd.udfs.model.TorchModule.Floats;
import io.herd.udfs.model.TorchModule.Ints;
import io.herd.udfs.model.TorchModule.Tensor;
import io.herd.udfs.model.TorchModule.Value;

/**
 * The methods of {@code llama.py}, where they are described. A method calls the one of its name in
 * Python's spelling: {@code copyRow} calls {@code copy_row}.
 */
interface LlamaScript extends AutoCloseable {

  /** The weights by their names in the module, which are these in lower case. */
  enum Weight {
    EMBED_TOKENS,
    INPUT_LAYERNORM,
    QKV_PROJ,
    O_PROJ,
    POST_ATTENTION_LAYERNORM,
    GATE_UP_PROJ,
    DOWN_PROJ,
    NORM,
    LM_HEAD
  }

  /** Loads the module of a stage, without weights. */
  static LlamaScript load(ModelSpec spec, Stage stage) {
    return TorchModule.load(spec, stage).as(LlamaScript.class);
  }

  void allocate(long rows, long columns, int dtype, String device);

  void fill(long row, Bytes raw, long rows, long columns, int dtype);

  void keepEmbedding();

  void keepNorm(Weight name);

  void keepLinear(Weight name, boolean int8);

  void finishLoading(boolean tied, boolean int8);

  Value shareWeights();

  Value sharePacked();

  void useWeights(Value weights, Value packed);

  void buildRope(Floats inverseFrequencies, int positions);

  void resizeArena(int capacity, int kept, int rows, int tensors);

  void freeCaches();

  void copyRow(int capacity, int row, int toCapacity, int toRow);

  void allocatePrefix(int tokens);

  void copyPrefix(int capacity, int row, int rows);

  Value prefill(Tensor x, int capacity, int row, int start);

  Value decode(Tensor x, long[] capacities, long[] rows, Ints positions);

  Value score(
      Tensor x,
      int capacity,
      int row,
      int start,
      Ints lengths,
      Ints tail,
      Ints depths,
      Flags tailVisible);

  void computeLogits(Value x, Ints tokens);

  Value floatLogits();

  Value sample(
      Ints suppressed,
      Flags suppress,
      Bits masks,
      Ints maskOf,
      Ints penalized,
      Doubles divisors,
      Doubles subtracted,
      boolean draw,
      Doubles temperature,
      Doubles uniform,
      int candidates,
      Ints topK,
      Doubles topP,
      Doubles minP,
      int logprobs);

  Value labelLogprobs(Value x, Ints lengths, int tail, Ints readAt, Ints readIds);

  @Override
  void close();
}
