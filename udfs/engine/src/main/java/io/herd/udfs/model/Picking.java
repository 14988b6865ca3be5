package io.herd.udfs.model;

import io.herd.udfs.grammar.Mask;
import io.herd.udfs.sample.Sampling;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/** How the next token of each row of a pass is chosen. */
public record Picking(List<TokenChoice> rows) {

  /** Top-p looks at this many of the likeliest tokens first; they nearly always suffice. */
  private static final int NUCLEUS_CANDIDATES = 1024;

  public Picking {
    rows = List.copyOf(rows);
  }

  /** The most likely token of each row. */
  public static Picking greedy(int rows) {
    return new Picking(Collections.nCopies(rows, TokenChoice.GREEDY));
  }

  /** The same for chosen rows only. */
  Picking only(int[] chosen) {
    return new Picking(Arrays.stream(chosen).mapToObj(rows::get).toList());
  }

  /** So many likeliest tokens are told of each row. */
  int logprobs() {
    return rows.stream().mapToInt(TokenChoice::logprobs).max().orElse(0);
  }

  /**
   * Samples from the logits of the pass before. Arguments that no row asks for are empty: each pass
   * pays for them, and what is copied to a GPU waits until the pass before it has ended.
   *
   * @param candidates how many of the likeliest tokens are ranked; where they don't make up a row's
   *     top-p, its id will be -1. Nothing waits for the device to find that out before the ids
   */
  TorchModule.Value sample(LlamaScript script, long[] endIds, int vocabulary, int candidates) {
    boolean suppresses = rows.stream().anyMatch(TokenChoice::suppressEnd);
    long[] suppressed = suppresses ? endIds : new long[0];
    List<TokenChoice> drawn =
        rows.stream().anyMatch(row -> row.sampling().draws()) ? rows : List.of();
    Map<Mask, Integer> masks = masks();
    Penalties penalties = penalties(vocabulary);
    return script.sample(
        new TorchModule.Ints(suppressed, suppressed.length),
        suppress(suppresses),
        forbidden(masks, vocabulary),
        ints(masks.isEmpty() ? List.of() : rows, row -> masks.get(row.allowed())),
        penalties.at(),
        penalties.divisors(),
        penalties.subtracted(),
        !drawn.isEmpty(),
        doubles(drawn, row -> row.sampling().temperature()),
        doubles(drawn, TokenChoice::uniform),
        candidates,
        ints(drawn, row -> Math.min(row.sampling().topK(), vocabulary)),
        doubles(drawn, row -> row.sampling().topP()),
        doubles(drawn, row -> row.sampling().minP()),
        logprobs());
  }

  /** The rows' different masks, null for none among them, with their places; empty without any. */
  private Map<Mask, Integer> masks() {
    Map<Mask, Integer> places = new LinkedHashMap<>();
    rows.stream()
        .map(TokenChoice::allowed)
        .forEach(mask -> places.putIfAbsent(mask, places.size()));
    return places.keySet().equals(Collections.singleton(null)) ? Map.of() : places;
  }

  /** The masks as bits of what they forbid. */
  private static TorchModule.Bits forbidden(Map<Mask, Integer> masks, int vocabulary) {
    int width = (vocabulary + 7) / 8;
    byte[] forbidden = new byte[masks.size() * width];
    masks.forEach((mask, place) -> forbid(mask, forbidden, place * width, width));
    return new TorchModule.Bits(forbidden, masks.size(), width);
  }

  private static void forbid(Mask allowed, byte[] forbidden, int from, int width) {
    for (int i = 0; i < width && allowed != null; i++) {
      byte bits = i < allowed.bits().length ? allowed.bits()[i] : 0;
      forbidden[from + i] = (byte) ~bits;
    }
  }

  private TorchModule.Flags suppress(boolean any) {
    boolean[] out = new boolean[any ? rows.size() : 0];
    for (int i = 0; i < out.length; i++) {
      out[i] = rows.get(i).suppressEnd();
    }
    return new TorchModule.Flags(out, out.length);
  }

  /** Where in the logits, as if they were one row; what divides there; what is subtracted. */
  private record Penalties(
      TorchModule.Ints at, TorchModule.Doubles divisors, TorchModule.Doubles subtracted) {}

  private Penalties penalties(int vocabulary) {
    List<TokenChoice> penalized = rows.stream().filter(row -> row.counts() != null).toList();
    int size = penalized.stream().mapToInt(row -> row.counts().size()).sum();
    long[] at = new long[size];
    double[] divisors = new double[size];
    double[] subtracted = new double[size];
    int[] next = {0};
    for (int i = 0; i < rows.size(); i++) {
      long row = (long) i * vocabulary;
      Sampling sampling = rows.get(i).sampling();
      if (rows.get(i).counts() != null) {
        rows.get(i)
            .counts()
            .forEach(
                (id, count) -> {
                  at[next[0]] = row + id;
                  divisors[next[0]] = sampling.repetitionPenalty();
                  subtracted[next[0]++] =
                      sampling.frequencyPenalty() * count
                          + (count > 0 ? sampling.presencePenalty() : 0);
                });
      }
    }
    return new Penalties(
        new TorchModule.Ints(at, size),
        new TorchModule.Doubles(divisors, size),
        new TorchModule.Doubles(subtracted, size));
  }

  /** Tokens that nearly always suffice to be ranked; 0 when all are drawn from. */
  int candidates(int vocabulary) {
    int most = 0;
    for (TokenChoice row : rows) {
      Sampling sampling = row.sampling();
      if (sampling.filters()) {
        boolean nucleus = sampling.topK() == 0 && sampling.topP() < 1;
        most = Math.max(most, nucleus ? NUCLEUS_CANDIDATES : Math.max(1, sampling.topK()));
      }
    }
    return Math.min(most, vocabulary);
  }

  private static TorchModule.Doubles doubles(
      List<TokenChoice> rows, ToDoubleFunction<TokenChoice> value) {
    return new TorchModule.Doubles(rows.stream().mapToDouble(value).toArray(), rows.size());
  }

  private static TorchModule.Ints ints(List<TokenChoice> rows, ToIntFunction<TokenChoice> value) {
    long[] values = rows.stream().mapToInt(value).asLongStream().toArray();
    return new TorchModule.Ints(values, values.length);
  }
}
