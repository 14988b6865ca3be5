package io.herd.udfs.model;

import io.herd.udfs.grammar.Mask;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The inputs of {@code llama.py} beside a pass's hidden states, to sample or to score labels: one
 * array, so that it is copied to a GPU at once. What no row asks for is empty, since each pass pays
 * for the rest.
 *
 * @param values all parts, concatenated; bits of float64 where {@code llama.py} says so
 * @param sizes of the parts
 */
record PassInputs(long[] values, long[] sizes) {

  /**
   * Builds the inputs for sampling.
   *
   * @param tokens which of the pass, or empty for all
   */
  static PassInputs of(SamplingBatch sampling, long[] tokens, long[] endIds, int vocabulary) {
    List<SamplingParams> rows = sampling.rows();
    boolean suppresses = rows.stream().anyMatch(SamplingParams::suppressEnd);
    List<SamplingParams> drawn = sampling.draws() ? rows : List.of();
    Map<Mask, Integer> masks = masks(rows);
    Penalties penalties = Penalties.of(rows, vocabulary);
    return of(
        tokens,
        suppresses ? endIds : new long[0],
        ints(suppresses ? rows : List.of(), row -> row.suppressEnd() ? 1 : 0),
        forbidden(masks, vocabulary),
        ints(masks.isEmpty() ? List.of() : rows, row -> masks.get(row.allowed())),
        penalties.at(),
        penalties.divisors(),
        penalties.subtracted(),
        reals(drawn, row -> row.sampling().temperature()),
        reals(drawn, SamplingParams::uniform),
        reals(drawn, row -> share(row) < 1 || ranks(row, vocabulary) < vocabulary ? share(row) : 0),
        ints(asking(drawn, row -> row.sampling().topK() > 0), row -> ranks(row, vocabulary)),
        reals(asking(drawn, row -> row.sampling().minP() > 0), row -> row.sampling().minP()));
  }

  private static double share(SamplingParams row) {
    return Math.min(1, row.sampling().topP());
  }

  private static int ranks(SamplingParams row, int vocabulary) {
    int topK = row.sampling().topK();
    return topK > 0 && topK < vocabulary ? topK : vocabulary;
  }

  /** Returns all rows when any needs penalties, else none. */
  private static List<SamplingParams> asking(
      List<SamplingParams> rows, Predicate<SamplingParams> asks) {
    return rows.stream().anyMatch(asks) ? rows : List.of();
  }

  /**
   * Builds the inputs for scoring labels.
   *
   * @param lengths of the prompts, from where the pass begins
   */
  static PassInputs of(long[] lengths, LabelTokens labels) {
    boolean[] flags = labels.visible();
    long[] visible = IntStream.range(0, flags.length).mapToLong(i -> flags[i] ? 1 : 0).toArray();
    return of(lengths, labels.tail(), labels.depths(), visible, labels.readAt(), labels.readIds());
  }

  private static PassInputs of(long[]... parts) {
    long[] sizes = Arrays.stream(parts).mapToLong(part -> part.length).toArray();
    return new PassInputs(Arrays.stream(parts).flatMapToLong(LongStream::of).toArray(), sizes);
  }

  TorchModule.Ints tensor() {
    return new TorchModule.Ints(values, values.length);
  }

  /** Returns the number of tokens of the pass that are read. */
  int tokens() {
    return Math.toIntExact(sizes[0]);
  }

  /**
   * Returns the rows' distinct masks, including null for none, with their indexes; empty without
   * any mask.
   */
  private static Map<Mask, Integer> masks(List<SamplingParams> rows) {
    Map<Mask, Integer> places = new LinkedHashMap<>();
    rows.stream()
        .map(SamplingParams::allowed)
        .forEach(mask -> places.putIfAbsent(mask, places.size()));
    return places.keySet().equals(Collections.singleton(null)) ? Map.of() : places;
  }

  /** Packs the masks into bits of forbidden tokens, the first token's bit the lowest. */
  private static long[] forbidden(Map<Mask, Integer> masks, int vocabulary) {
    int words = (vocabulary + 63) / 64;
    long[] forbidden = new long[masks.size() * words];
    masks.forEach(
        (mask, place) -> {
          if (mask != null) {
            byte[] allowed = Arrays.copyOf(mask.bits(), words * Long.BYTES);
            ByteBuffer bits = ByteBuffer.wrap(allowed).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < words; i++) {
              forbidden[place * words + i] = ~bits.getLong();
            }
          }
        });
    return forbidden;
  }

  /** Indexes into the flattened logits, with the divisor and the subtrahend of each. */
  private record Penalties(long[] at, long[] divisors, long[] subtracted) {

    private static Penalties of(List<SamplingParams> rows, int vocabulary) {
      int size =
          rows.stream()
              .filter(row -> row.counts() != null)
              .mapToInt(row -> row.counts().below(vocabulary))
              .sum();
      Penalties all = new Penalties(new long[size], new long[size], new long[size]);
      int next = 0;
      for (int i = 0; i < rows.size(); i++) {
        if (rows.get(i).counts() != null) {
          next = all.fill(next, i, vocabulary, rows.get(i));
        }
      }
      return all;
    }

    private int fill(int from, long row, int vocabulary, SamplingParams params) {
      Sampling sampling = params.sampling();
      int[] next = {from};
      params
          .counts()
          .forEach(
              (id, count) -> {
                if (id >= vocabulary) { // it has a place in prompts alone
                  return;
                }
                double present = count > 0 ? sampling.presencePenalty() : 0;
                double subtract = sampling.frequencyPenalty() * count + present;
                at[next[0]] = row * vocabulary + id;
                divisors[next[0]] = Double.doubleToRawLongBits(sampling.repetitionPenalty());
                subtracted[next[0]++] = Double.doubleToRawLongBits(subtract);
              });
      return next[0];
    }
  }

  private static long[] reals(List<SamplingParams> rows, ToDoubleFunction<SamplingParams> value) {
    return rows.stream().mapToDouble(value).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  private static long[] ints(List<SamplingParams> rows, ToIntFunction<SamplingParams> value) {
    return rows.stream().mapToInt(value).asLongStream().toArray();
  }
}
