package io.herd.udfs.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Vocabularies that are made up, and completions written by chance. */
final class Texts {
  /** The token that ends a completion of {@link #vocabulary}. */
  static final int END = 256;

  private Texts() {}

  /** Every byte, an end-of-text token, and the given pieces, in this order. */
  static Vocabulary vocabulary(boolean dropsFirstSpace, String... pieces) {
    List<byte[]> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(new byte[] {(byte) b});
    }
    tokens.add(
        "<end>".getBytes(StandardCharsets.UTF_8)); // an end isn't written, whatever it spells
    for (String piece : pieces) {
      tokens.add(piece.getBytes(StandardCharsets.UTF_8));
    }
    return new Vocabulary(tokens, dropsFirstSpace);
  }

  /** Whether a whole text is of the format. */
  static boolean accepts(Format format, String text) {
    return accepts(new Dfa(format.texts(), false), text);
  }

  static boolean accepts(Dfa dfa, String text) {
    int state = dfa.start();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      state = state < 0 ? state : dfa.step(state, b);
    }
    return state >= 0 && dfa.accepts(state);
  }

  /** A completion as a model without preferences writes it. */
  record Written(List<Integer> ids, boolean ended) {

    String text(Vocabulary vocabulary) {
      int size = ids.stream().mapToInt(id -> vocabulary.tokens().get(id).length).sum();
      byte[] bytes = new byte[size];
      int at = 0;
      for (int id : ids) {
        byte[] token = vocabulary.tokens().get(id);
        System.arraycopy(token, 0, bytes, at, token.length);
        at += token.length;
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      return vocabulary.dropsFirstSpace() && text.startsWith(" ") ? text.substring(1) : text;
    }
  }

  /** Takes allowed tokens by chance, until one ends the completion or the budget is used up. */
  static Written write(Grammar grammar, Set<Integer> ends, int budget, SplittableRandom random) {
    Constraint constraint = grammar.newConstraint();
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < budget && !constraint.finished()) {
      Mask mask = constraint.allowed(budget - ids.size());
      int[] allowed = IntStream.range(0, mask.bits().length * 8).filter(mask::allows).toArray();
      if (allowed.length == 0) {
        throw new AssertionError("nothing is allowed after " + ids);
      }
      int id = allowed[random.nextInt(allowed.length)];
      if (ends.contains(id)) {
        return new Written(ids, true);
      }
      if (!constraint.take(id)) {
        throw new AssertionError("token " + id + " was allowed after " + ids);
      }
      ids.add(id);
    }
    return new Written(ids, constraint.finished());
  }
}
