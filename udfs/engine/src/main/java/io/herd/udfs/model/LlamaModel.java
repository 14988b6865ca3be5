package io.herd.udfs.model;

import io.herd.udfs.quantized.Quantization;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.TokenScores;
import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A Llama run by libtorch: {@code llama.py} with its weights and its KV cache.
 *
 * <p>Prompts are padded to the longest of their pass at the right, where causality hides the
 * padding from them; what it leaves in the cache is overwritten before it is ever attended to.
 */
public final class LlamaModel implements CausalModel {
  private static final int FIRST_POSITIONS = 1024;

  /** Keys between two looks at the largest score, of the kernels' {@code in_place_step}. */
  private static final int IN_PLACE_STEP = 128;

  private static final long[] ALL_TOKENS = {};
  private static final TorchModule.Ints NOTHING = new TorchModule.Ints(new long[0], 0);

  private final ModelSpec spec;
  private final Dtype dtype;
  private final Placement placement;
  private final int chunkTokens; // longer prompts are computed in pieces, which bounds activations
  private final Pipeline stages;
  private final ArenaSizes arenas;
  private final InPlace readers = new InPlace();
  private final PassSampler sampler;
  private final boolean wide; // probabilities are in float64
  private int positions;

  private LlamaModel(
      ModelSpec spec, Dtype dtype, Placement placement, int chunkTokens, Pipeline stages) {
    this.spec = spec;
    this.dtype = dtype;
    this.placement = placement;
    this.chunkTokens = chunkTokens;
    this.stages = stages;
    this.arenas =
        new ArenaSizes(
            (capacity, kept, rows, tensors) ->
                stages.each(script -> script.resizeArena(capacity, kept, rows, tensors)));
    this.wide = placement.stages().get(placement.stages().size() - 1).device().drawsWide();
    this.sampler = new PassSampler(stages, spec, wide);
    try {
      coverPositions(FIRST_POSITIONS);
    } catch (RuntimeException | Error e) {
      stages.close();
      throw e;
    }
  }

  /**
   * Loads a model from a folder of Hub-style files.
   *
   * @throws io.herd.udfs.UserException when its files are missing, damaged or not of one Llama
   */
  public static LlamaModel load(Path folder, Dtype dtype, TorchDevice device) {
    Placement placement = Placement.single(device, ModelConfigReader.read(folder), dtype);
    return load(ModelFolder.of(folder), dtype, placement, StageLocks.NONE);
  }

  /**
   * Loads a model whose layers lie where {@code placement} says.
   *
   * @throws io.herd.udfs.UserException as of the other method
   */
  public static LlamaModel load(
      ModelFolder folder, Dtype dtype, Placement placement, StageLocks locks) {
    int most = placement.stages().get(0).device().prefillTokens();
    return load(folder, dtype, placement, locks, most);
  }

  static LlamaModel load(Path folder, Dtype dtype, TorchDevice device, int chunkTokens) {
    Placement placement = Placement.single(device, ModelConfigReader.read(folder), dtype);
    return load(ModelFolder.of(folder), dtype, placement, StageLocks.NONE, chunkTokens);
  }

  static LlamaModel load(
      ModelFolder folder, Dtype dtype, Placement placement, StageLocks locks, int chunkTokens) {
    ModelSpec spec = Adapters.spec(folder);
    Pipeline stages = Pipeline.load(spec, folder, dtype, placement, locks);
    return new LlamaModel(spec, dtype, placement, chunkTokens, stages);
  }

  /**
   * Another model with the same weights, which lie there once, and a cache of its own, for another
   * thread.
   */
  public LlamaModel sharingWeights() {
    Pipeline other = stages.sharingWeights(spec, placement);
    return new LlamaModel(spec, dtype, placement, chunkTokens, other);
  }

  /**
   * Writes the module that libtorch runs, without weights, for programs that drive it themselves.
   *
   * @param flash with attention as {@link TorchDevice#hasFlashAttention} says; elsewhere than on
   *     CUDA plain operators do the same
   */
  public static void writeModule(Path file, ModelSpec spec, int layers, boolean flash)
      throws IOException {
    Kernels kernels = flash ? Kernels.FLASH : Kernels.PLAIN;
    TorchScriptArchive.write(
        file, spec, new Stage(TorchDevice.cpu(), 0, layers, layers, kernels), false);
  }

  /** The tokens that end a text of any model, as far as its folder says. */
  public static Set<Integer> endIds(Path folder) {
    return ModelConfigReader.endIds(folder);
  }

  /** Reads config.json alone. */
  public static ModelSpec spec(Path folder) {
    return ModelConfigReader.read(folder);
  }

  /** How a folder's weights are quantized, such as {@code GPTQ 4-bit}; empty if they aren't. */
  public static Optional<String> quantization(Path folder) {
    return ModelConfigReader.quantization(folder).map(Quantization::words);
  }

  /** Checks the weights' names, shapes and sizes against config.json without loading them. */
  public static ModelSpec check(ModelFolder folder) {
    ModelSpec spec = Adapters.spec(folder);
    WeightLoader.check(spec, folder);
    return spec;
  }

  /** Checks config.json, and that its model is one that the adapters fit. */
  public static ModelSpec checkAdapters(ModelFolder folder) {
    return Adapters.spec(folder);
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public int passTokens() {
    return placement.stages().get(0).device().passTokens();
  }

  @Override
  public int inPlaceStep() {
    boolean reads = placement.stages().stream().map(Stage::kernels).allMatch(Kernels::fused);
    return reads ? IN_PLACE_STEP : 0;
  }

  /** Where its layers are. */
  public Placement placement() {
    return placement;
  }

  /** The instructions of Herd's own kernels, if the model has them: {@code avx2}, {@code amx}. */
  public Optional<String> kernels() {
    boolean fused = placement.stages().get(0).kernels().fused();
    return fused ? Optional.of(FusedKernels.instructions()) : Optional.empty();
  }

  @Override
  public void reserve(SortedMap<Integer, Integer> live, int capacity, int rows, long kvTokens) {
    coverPositions(capacity);
    arenas.reserve(live, capacity, rows, kvTokens);
  }

  @Override
  public void forget() {
    stages.each(LlamaScript::freeCaches);
    arenas.clear();
    readers.clear();
  }

  @Override
  public void move(Move move) {
    stages.each(
        script ->
            script.copyRow(move.fromCapacity(), move.fromRow(), move.toCapacity(), move.toRow()));
    readers.move(move);
  }

  /**
   * A prefix lies in an arena of its own, which its number names, below 0, and no capacity does.
   */
  private static int arena(int prefix) {
    return -prefix;
  }

  @Override
  public void share(int number, int[] ids, Start base) {
    coverPositions(ids.length);
    stages.each(script -> script.allocatePrefix(arena(number), ids.length));
    copy(base, arena(number), 0, 1);
    Padded rest = new Padded(List.of(ids), base.tokens());
    for (int at = 0; at < rest.width(); at += chunkTokens) {
      int width = Math.min(chunkTokens, rest.width() - at);
      chunk(arena(number), 0, rest, base, at, width).close();
    }
  }

  @Override
  public void drop(List<Integer> prefixes) {
    prefixes.forEach(prefix -> stages.each(script -> script.freePrefix(arena(prefix))));
  }

  private void copy(Start start, int toCapacity, int toRow, int toRows) {
    if (start.tokens() > start.inPlace()) {
      int from = arena(start.prefix());
      stages.each(
          script ->
              script.copyRows(from, 0, toCapacity, toRow, toRows, start.tokens(), start.inPlace()));
    }
  }

  @Override
  public SampledTokens prefill(
      int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
    Padded padded = new Padded(prompts, start.tokens());
    copy(start, capacity, firstRow, padded.rows());
    readers.enter(capacity, firstRow, padded.rows(), start);
    int[] ids = new int[prompts.size()];
    TokenScores[] scores = new TokenScores[ids.length];
    for (int at = 0; at < padded.width(); at += chunkTokens) {
      int width = Math.min(chunkTokens, padded.width() - at);
      int from = at;
      int[] ending = padded.endingIn(at, width);
      SampledTokens sampled =
          sampler.sample(
              () -> chunk(capacity, firstRow, padded, start, from, width),
              padded.lastOf(ending, at, width),
              sampling.only(ending));
      for (int i = 0; i < ending.length; i++) {
        ids[ending[i]] = sampled.ids()[i];
        scores[ending[i]] = sampled.scores(i);
      }
    }
    return new SampledTokens(ids, sampling.logprobs() > 0 ? List.of(scores) : List.of());
  }

  private TorchModule.Value chunk(
      int capacity, int row, Padded padded, Start start, int at, int width) {
    int first = start.tokens() + at;
    int prefix = arena(start.prefix());
    return stages.pass(
        padded.ids(at, width),
        (script, x) -> script.prefill(x, capacity, row, first, prefix, start.inPlace()));
  }

  @Override
  public SampledTokens decode(
      SortedMap<Integer, Integer> rows,
      int[] lengths,
      int[] ids,
      int[] at,
      SamplingBatch sampling) {
    RowTokens given = RowTokens.of(rows, lengths, ids, at, readers);
    long[] prefixes = given.prefixes().stream().mapToLong(LlamaModel::arena).toArray();
    Supplier<TorchModule.Value> pass =
        () ->
            stages.pass(
                NOTHING,
                (script, x) ->
                    script.decode(
                        x, given.capacities(), given.rows(), given.tokens(), given.at(), prefixes));
    return sampler.sample(pass, ALL_TOKENS, sampling);
  }

  @Override
  public double[][] score(
      int capacity, int firstRow, List<int[]> prompts, Start start, LabelTokens labels) {
    Padded padded = new Padded(prompts, start.tokens());
    copy(start, capacity, firstRow, padded.rows());
    int at = 0;
    while (padded.width() - at > chunkTokens && padded.shortest() - at > chunkTokens) {
      chunk(capacity, firstRow, padded, start, at, chunkTokens).close();
      at += chunkTokens;
    }
    float[] tokens = labelled(capacity, firstRow, padded, start, at, labels);
    int reads = labels.readAt().length;
    double[][] out = new double[prompts.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = labels.sums(tokens, i * reads);
    }
    return out;
  }

  private float[] labelled(
      int capacity, int row, Padded padded, Start start, int at, LabelTokens labels) {
    PassInputs inputs = PassInputs.of(padded.lengthsFrom(at), labels);
    TorchModule.Ints ids = padded.ids(at, padded.width() - at);
    int first = start.tokens() + at;
    int prefix = arena(start.prefix());
    int inPlace = start.inPlace();
    try (TorchModule.Tensor given = stages.early(inputs.tensor());
        TorchModule.Value hidden =
            stages.pass(
                ids,
                (script, x) ->
                    script.score(
                        x, capacity, row, first, prefix, inPlace, given, inputs.sizes()))) {
      return stages.last(
          script -> script.labelLogprobs(hidden, given, inputs.sizes(), exactLabels()).floats());
    }
  }

  /** On processors the head is in oneDNN's layout; where it is tied, the embedding has its rows. */
  private boolean exactLabels() {
    boolean embedding =
        dtype == Dtype.BFLOAT16 && spec.tiedHead() && placement.stages().size() == 1;
    return !wide || embedding;
  }

  /** Logits after each prompt, {@code [prompts][vocabulary]}, for checks against a reference. */
  public float[][] logits(List<int[]> prompts) {
    Padded padded = new Padded(prompts, 0);
    reserve(new TreeMap<>(), padded.width(), prompts.size(), Long.MAX_VALUE);
    int[] every = padded.endingIn(0, padded.width());
    float[] flat;
    try (TorchModule.Value hidden =
        chunk(padded.width(), 0, padded, Start.NONE, 0, padded.width())) {
      long[] last = padded.lastOf(every, 0, padded.width());
      TorchModule.Ints tokens = new TorchModule.Ints(last, last.length);
      flat =
          stages.last(
              script -> {
                script.computeLogits(hidden, tokens, last.length);
                return script.floatLogits().floats();
              });
    }
    float[][] out = new float[prompts.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = Arrays.copyOfRange(flat, i * spec.vocabulary(), (i + 1) * spec.vocabulary());
    }
    return out;
  }

  /** Logits that the pass before drew from, {@code [rows * vocabulary]}, for checks. */
  float[] lastLogits() {
    return stages.last(script -> script.floatLogits().floats());
  }

  /** The tables of rotations grow with the longest row, not with what the model could do. */
  private void coverPositions(int needed) {
    if (needed > positions) {
      positions = Math.max(needed, Math.min(2 * needed, spec.maxPositions()));
      float[] inverse = spec.rope().inverseFrequencies(spec.headDim());
      TorchModule.Floats frequencies = new TorchModule.Floats(inverse, inverse.length);
      stages.each(script -> script.buildRope(frequencies, positions));
    }
  }

  @Override
  public void close() {
    stages.close();
  }
}
