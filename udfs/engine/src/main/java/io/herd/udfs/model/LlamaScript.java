package io.herd.udfs.model;

import io.herd.udfs.model.TorchModule.Floats;
import io.herd.udfs.model.TorchModule.Ints;
import io.herd.udfs.model.TorchModule.Tensor;
import io.herd.udfs.model.TorchModule.Value;

/**
 * The methods of {@code llama.py}, which documents them. A method calls the one of its name in
 * Python's spelling: {@code copyRow} calls {@code copy_row}.
 */
interface LlamaScript extends AutoCloseable {

  /** The weights by their names in the module, which are these names in lower case. */
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

  Value allocate(long rows, long columns, int dtype, String device);

  Value part(Value memory, long rows, long columns);

  void fill(Value w, long row, Tensor raw, long size, long rows, long columns, int dtype);

  void addLowRank(Value rows, long first, Value a, Value b, double scale);

  void rescaleRows(Value rows, long first, Value lengths);

  void put(Value w, long row, Value rows);

  Value pinnedBytes(long bytes);

  void keepNorm(Weight name, Value w);

  Value pack(Value w, boolean copy);

  Value packInt8(Weight name, int layer, Value w);

  void keep(Weight name, Value w);

  void keepInt8(Weight name, Value packed);

  void finishInt8(int intermediate);

  Value shareWeights();

  Value sharePacked();

  void useWeights(Value weights, Value packed);

  void buildRope(Floats inverseFrequencies, int positions);

  void resizeArena(int capacity, int kept, int rows, int tensors);

  void freeCaches();

  void copyRow(int capacity, int row, int toCapacity, int toRow);

  void allocatePrefix(int prefix, int tokens);

  void freePrefix(int prefix);

  void copyRows(
      int capacity, int row, int toCapacity, int toRow, int toRows, int tokens, int skipped);

  Value prefill(Tensor x, int capacity, int row, int start, int prefix, int inPlace);

  Value decode(Tensor x, long[] capacities, long[] rows, long[] tokens, Ints at, long[] prefixes);

  Value score(
      Tensor x,
      int capacity,
      int row,
      int start,
      int prefix,
      int inPlace,
      Tensor labels,
      long[] sizes);

  Value upload(Ints x);

  void computeLogits(Value x, Tensor inputs, int tokens);

  Value floatLogits();

  Value sample(
      Tensor inputs, long[] sizes, boolean draw, boolean wide, int candidates, int logprobs);

  Value labelLogprobs(Value x, Tensor labels, long[] sizes, boolean exact);

  @Override
  void close();
}
