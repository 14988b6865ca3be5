package io.herd.udfs.grammar;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Tokens that a format forces, such as those of a JSON object's keys and punctuation. It forces
 * bytes, which tokens can spell in several ways: likely are those that were taken last at a state,
 * and before any were, the longest. For use by many threads.
 */
final class ForcedTokens {
  /** Number of bytes of look-ahead, which no token of a key exceeds. */
  private static final int MOST_BYTES = 32;

  private static final int NOT_KNOWN = 0;
  private static final int NONE = 1;
  private static final int FIRST = 2; // of ids, so that arrays needn't be filled

  private final Dfa dfa;
  private final TokenTrie trie;
  private final AtomicIntegerArray likely;

  ForcedTokens(Dfa dfa, TokenTrie trie) {
    this.dfa = dfa;
    this.trie = trie;
    this.likely = new AtomicIntegerArray(dfa.size());
  }

  /**
   * Returns the likely token after a state, or a negative number where several bytes are possible.
   */
  int after(int state) {
    int known = likely.get(state);
    if (known == NOT_KNOWN) {
      known = FIRST + longest(state);
      likely.set(state, Math.max(known, NONE));
    }
    return known - FIRST;
  }

  /** Records which token followed a state. */
  void took(int state, int id) {
    if (after(state) >= 0) {
      likely.lazySet(state, FIRST + id);
    }
  }

  private int longest(int state) {
    byte[] text = new byte[MOST_BYTES];
    int size = 0;
    for (int at = state; size < MOST_BYTES; size++) {
      int only = dfa.onlyByte(at);
      if (only < 0) {
        break;
      }
      text[size] = (byte) only;
      at = dfa.step(at, (byte) only);
    }
    return trie.longest(Arrays.copyOf(text, size));
  }
}
