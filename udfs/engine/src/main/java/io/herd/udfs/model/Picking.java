package io.herd.udfs.model;

import io.herd.udfs.grammar.Mask;
import io.herd.udfs.sample.Sampling;
import java.util.ArrayList;
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
   * The arguments of the module's {@code pick}. What no row asks for is empty: each pass pays for
   * them, and what is copied to a GPU waits until the pass before it has ended.
   *
   * @param candidates how many of the likeliest tokens are ranked; where they don't make up a row's
   *     top-p, its id will be -1. Nothing waits for the device to find that out before the ids
   */
  Object[] arguments(long[] endIds, int vocabulary, int candidates) {
    boolean suppresses = rows.stream().anyMatch(TokenChoice::suppressEnd);
    List<TokenChoice> drawn =
        rows.stream().anyMatch(row -> row.sampling().draws()) ? rows : List.of();
    List<Object> out = new ArrayList<>();
    out.add(
        new TorchModule.Ints(suppresses ? endIds : new long[0], suppresses ? endIds.length : 0));
    out.add(suppressed(suppresses));
    masks(out, vocabulary);
    penalties(out, vocabulary);
    out.add(!drawn.isEmpty());
    out.add(doubles(drawn, row -> row.sampling().temperature()));
    out.add(doubles(drawn, TokenChoice::uniform));
    out.add(candidates);
    out.add(ints(drawn, row -> Math.min(row.sampling().topK(), vocabulary)));
    out.add(doubles(drawn, row -> row.sampling().topP()));
    out.add(doubles(drawn, row -> row.sampling().minP()));
    out.add(logprobs());
    return out.toArray();
  }

  /** The rows' different masks, as bits of what they forbid, and which of them each row has. */
  private void masks(List<Object> arguments, int vocabulary) {
    Map<Mask, Integer> places = new LinkedHashMap<>();
    rows.stream()
        .map(TokenChoice::allowed)
        .forEach(mask -> places.putIfAbsent(mask, places.size()));
    boolean none = places.keySet().equals(Collections.singleton(null));
    int width = (vocabulary + 7) / 8;
    byte[] forbidden = new byte[none ? 0 : places.size() * width];
    if (!none) {
      places.forEach((mask, place) -> forbid(mask, forbidden, place * width, width));
    }
    arguments.add(new TorchModule.Bits(forbidden, none ? 0 : places.size(), width));
    arguments.add(ints(none ? List.of() : rows, row -> places.get(row.allowed())));
  }

  private static void forbid(Mask allowed, byte[] forbidden, int from, int width) {
    for (int i = 0; i < width && allowed != null; i++) {
      byte bits = i < allowed.bits().length ? allowed.bits()[i] : 0;
      forbidden[from + i] = (byte) ~bits;
    }
  }

  private TorchModule.Flags suppressed(boolean any) {
    boolean[] out = new boolean[any ? rows.size() : 0];
    for (int i = 0; i < out.length; i++) {
      out[i] = rows.get(i).suppressEnd();
    }
    return new TorchModule.Flags(out, out.length);
  }

  /** Where in the logits, as if they were one row; what divides there; what is subtracted. */
  private void penalties(List<Object> arguments, int vocabulary) {
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
    arguments.add(new TorchModule.Ints(at, size));
    arguments.add(new TorchModule.Doubles(divisors, size));
    arguments.add(new TorchModule.Doubles(subtracted, size));
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
