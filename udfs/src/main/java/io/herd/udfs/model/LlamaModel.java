package io.herd.udfs.model;

import ai.djl.Device;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.schedule.Move;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Llama run by libtorch: {@code llama.py} with its weights and its KV cache.
 *
 * <p>Prompts are padded to the longest of their pass at the right, where causality hides the
 * padding from them; what it leaves in the cache is overwritten before it is ever attended to.
 */
public final class LlamaModel implements CausalModel {
  /** Longer prompts are computed in pieces of so many tokens, which bounds the activations. */
  static final int CHUNK_TOKENS = 512;

  private static final int FIRST_POSITIONS = 1024;

  /** The shared prefix lies in an arena of its own, which no capacity names. */
  private static final int PREFIX = 0;

  private final ModelSpec spec;
  private final int chunkTokens;
  private final TorchModule module;
  private final KvCache cache;
  private final long[] endIds;
  private int prefixTokens;
  private int positions;

  private LlamaModel(ModelSpec spec, TorchModule module, int chunkTokens) {
    this.spec = spec;
    this.chunkTokens = chunkTokens;
    this.module = module;
    this.cache = new KvCache(module);
    this.endIds = spec.endIds().stream().mapToLong(Integer::longValue).sorted().toArray();
  }

  /**
   * Loads a model from a folder of Hub-style files.
   *
   * @throws io.herd.udfs.UserException when its files are missing, damaged or not of one Llama
   */
  public static LlamaModel load(Path folder, Dtype dtype, Device device) {
    return load(folder, dtype, device, CHUNK_TOKENS);
  }

  static LlamaModel load(Path folder, Dtype dtype, Device device, int chunkTokens) {
    ModelSpec spec = ModelConfigReader.read(folder);
    TorchModule module = TorchModule.load(spec, device);
    try {
      WeightLoader.load(module, spec, folder, dtype, device);
      LlamaModel model = new LlamaModel(spec, module, chunkTokens);
      model.coverPositions(FIRST_POSITIONS);
      return model;
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  /** Reads config.json alone. */
  public static ModelSpec spec(Path folder) {
    return ModelConfigReader.read(folder);
  }

  /** Checks the weights' names, shapes and sizes against config.json without loading them. */
  public static ModelSpec check(Path folder) {
    ModelSpec spec = ModelConfigReader.read(folder);
    WeightLoader.check(spec, folder);
    return spec;
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int rows, long kvTokens) {
    coverPositions(capacity);
    cache.reserve(live, capacity, rows, kvTokens);
  }

  @Override
  public void forget() {
    prefixTokens = 0;
    cache.clear();
  }

  @Override
  public void move(Move move) {
    module.run("move", move.fromCapacity(), move.fromRow(), move.toCapacity(), move.toRow());
  }

  @Override
  public void share(int[] ids) {
    prefixTokens = ids.length;
    module.run("share", ids.length);
    if (ids.length > 0) {
      coverPositions(ids.length);
      Padded padded = new Padded(List.of(ids), 0);
      for (int at = 0; at < ids.length; at += chunkTokens) {
        chunk(PREFIX, 0, padded, 0, at, Math.min(chunkTokens, ids.length - at));
      }
    }
  }

  @Override
  public Picked prefill(
      int capacity, int firstRow, List<int[]> prompts, int shared, Picking picking) {
    Padded padded = new Padded(prompts, shared);
    spread(capacity, firstRow, padded, shared);
    int[] ids = new int[prompts.size()];
    TokenScores[] scores = new TokenScores[ids.length];
    for (int at = 0; at < padded.width(); at += chunkTokens) {
      int width = Math.min(chunkTokens, padded.width() - at);
      int[] ending = padded.endingIn(at, width);
      chunk(capacity, firstRow, padded, shared, at, width);
      Picked picked = pick(picking.only(ending));
      for (int i = 0; i < ending.length; i++) {
        ids[ending[i]] = picked.ids()[i];
        scores[ending[i]] = picked.scores(i);
      }
    }
    return new Picked(ids, picking.logprobs() > 0 ? List.of(scores) : List.of());
  }

  /** Leaves the logits of the prompts that end here for {@link #pick}. */
  private void chunk(int capacity, int row, Padded padded, int shared, int at, int width) {
    int[] ending = padded.endingIn(at, width);
    module.run(
        "prefill",
        capacity,
        row,
        padded.ids(at, width),
        shared + at,
        padded.lastOf(ending, at, width));
  }

  @Override
  public Picked decode(SortedMap<Integer, Integer> rows, int[] ids, int[] at, Picking picking) {
    module.run("decode", longs(rows.keySet()), longs(rows.values()), vector(ids), vector(at));
    return pick(picking);
  }

  /** Chooses from the logits of the pass before. */
  private Picked pick(Picking picking) {
    if (picking.rows().isEmpty()) {
      return Picked.of();
    }
    Object[] arguments = picking.arguments(endIds, spec.vocabulary());
    int logprobs = picking.logprobs();
    return logprobs > 0
        ? Picked.of(module.doubles("pick", arguments), logprobs)
        : Picked.of(ints(module.longs("pick", arguments)));
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, int shared, LabelTokens labels) {
    Padded padded = new Padded(prompts, shared);
    spread(capacity, firstRow, padded, shared);
    int at = 0;
    while (padded.width() - at > chunkTokens && padded.shortest() - at > chunkTokens) {
      chunk(capacity, firstRow, padded, shared, at, chunkTokens);
      at += chunkTokens;
    }
    int tail = labels.tailLength();
    long[] reads = labels.readAt();
    float[] tokens =
        module.floats(
            "score",
            capacity,
            firstRow,
            padded.ids(at, padded.width() - at),
            padded.lengthsFrom(at),
            shared + at,
            new TorchModule.Ints(labels.tail(), tail),
            new TorchModule.Ints(labels.depths(), tail),
            new TorchModule.Flags(labels.visible(), tail, tail),
            new TorchModule.Ints(reads, reads.length),
            new TorchModule.Ints(labels.readIds(), reads.length));
    double[][] out = new double[prompts.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = labels.sums(tokens, i * reads.length);
    }
    return out;
  }

  /** Logits after each prompt, {@code [prompts][vocabulary]}, for checks against a reference. */
  public float[][] logits(List<int[]> prompts) {
    Padded padded = new Padded(prompts, 0);
    reserve(new TreeMap<>(), padded.width(), prompts.size(), Long.MAX_VALUE);
    int[] every = padded.endingIn(0, padded.width());
    float[] flat =
        module.floats(
            "prefill_logits",
            padded.width(),
            0,
            padded.ids(0, padded.width()),
            0,
            padded.lastOf(every, 0, padded.width()));
    float[][] out = new float[prompts.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = Arrays.copyOfRange(flat, i * spec.vocabulary(), (i + 1) * spec.vocabulary());
    }
    return out;
  }

  private void spread(int capacity, int firstRow, Padded padded, int shared) {
    if (shared > 0) {
      if (shared != prefixTokens) {
        throw new IllegalStateException("prefix of " + prefixTokens + ", asked for " + shared);
      }
      module.run("spread", capacity, firstRow, padded.rows());
    }
  }

  /** The tables of rotations grow with the longest row, not with what the model could do. */
  private void coverPositions(int needed) {
    if (needed > positions) {
      positions = Math.max(needed, Math.min(2 * needed, spec.maxPositions()));
      float[] inverse = spec.rope().inverseFrequencies(spec.headDim());
      module.run("rotations", new TorchModule.Floats(inverse, inverse.length), positions);
    }
  }

  private static TorchModule.Ints vector(int[] values) {
    return new TorchModule.Ints(Arrays.stream(values).asLongStream().toArray(), values.length);
  }

  private static long[] longs(Collection<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void close() {
    module.close();
  }
}
