package io.herd.udfs.grammar;

import com.google.gson.JsonParseException;
import io.herd.udfs.StrictJson;
import io.herd.udfs.UserException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A format over a vocabulary: an automaton whose steps are tokens.
 *
 * <p>The regular language of the texts becomes an automaton over bytes; a token is allowed where
 * its bytes lead from state to state (Willard and Louf 2023, "Efficient Guided Generation for Large
 * Language Models"). Which ones are is found by one walk through the tree of all tokens when a
 * state is first met. For each state the least number of tokens to the end of a text is known, so
 * that none is allowed after which a text can't be finished within the tokens that are left.
 *
 * <p>Safe for use by many threads: what one has found, another may find again, and it is the same.
 */
public final class Grammar {
  private static final byte[] NOTHING = {};

  /** Maximum memory of cached masks, which only long formats over large vocabularies reach. */
  private static final long MOST_MASK_BYTES = 256L << 20;

  private final Dfa dfa;
  private final TokenTrie trie;
  private final Vocabulary vocabulary;
  private final int maskBytes;
  private final byte[] ends;
  private final Distances distances;
  private final ForcedTokens forced;
  private final AtomicLong maskCount = new AtomicLong();
  private volatile Mask[][]
      masks; // by state and place in the distances after it, found when they are asked for

  private Grammar(Dfa dfa, Vocabulary vocabulary, Set<Integer> endIds) {
    this.dfa = dfa;
    this.vocabulary = vocabulary;
    this.trie = new TokenTrie(vocabulary, endIds);
    int most = endIds.stream().mapToInt(Integer::intValue).max().orElse(0);
    this.maskBytes = (Math.max(vocabulary.size(), most + 1) + 7) / 8;
    this.ends = bits(endIds);
    this.distances = Distances.of(dfa, trie);
    this.masks = new Mask[dfa.size()][];
    this.forced = new ForcedTokens(dfa, trie);
  }

  /**
   * Compiles a format.
   *
   * @param endIds tokens that end a completion; never part of its text
   * @throws UserException when the format can't be kept to, is too complex, or can't be spelled
   */
  public static Grammar of(Format format, Vocabulary vocabulary, Set<Integer> endIds) {
    boolean dropped = vocabulary.dropsFirstSpace() && format.beginsText();
    Dfa dfa = new Dfa(format.texts(), dropped);
    Grammar grammar = new Grammar(dfa, vocabulary, endIds);
    if (grammar.leastTokens() == Distances.UNREACHED) {
      throw new UserException(
          format.kind().key() + ": the model's tokens can't spell any text that fits it.",
          "use a model whose tokenizer has a token for each byte, as Llama's have.");
    }
    return grammar;
  }

  /** Returns the number of tokens in the shortest completion. */
  public int leastTokens() {
    return distances.tokens()[dfa.start()];
  }

  /** Returns the start state for a completion. */
  public Constraint newConstraint() {
    return new Constraint(this, dfa.start());
  }

  /**
   * Normalizes a text from another writer to one of this grammar; empty when it doesn't match. JSON
   * is what it is without the space between its parts.
   */
  public Optional<String> read(String text) {
    if (fits(text)) {
      return Optional.of(text);
    }
    try {
      return Optional.of(JsonTexts.write(StrictJson.parse(text))).filter(this::fits);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private boolean fits(String text) {
    int state = dfa.start();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      state = state < 0 ? state : dfa.step(state, each);
    }
    return state >= 0 && dfa.accepts(state);
  }

  boolean accepts(int state) {
    return dfa.accepts(state);
  }

  /** Returns whether a text in this state can continue. */
  boolean goesOn(int state) {
    return distances.after()[state].length > 0;
  }

  ForcedTokens forced() {
    return forced;
  }

  /** Returns the state after a token, or a negative number if no text continues like that. */
  int step(int state, int id) {
    byte[] token = id < vocabulary.size() ? vocabulary.tokens().get(id) : NOTHING;
    int at = token.length == 0 ? Dfa.NO_STATE : state;
    for (int i = 0; i < token.length && at >= 0; i++) {
      at = dfa.step(at, token[i]);
    }
    return at;
  }

  /**
   * Returns the tokens that may follow a state.
   *
   * @param left tokens that the completion may still have, the next included; 1 or more
   */
  Mask mask(int state, int left) {
    int[] after = distances.after()[state];
    int found = Arrays.binarySearch(after, left - 1);
    int step = found >= 0 ? found : -found - 2; // the largest distance that is small enough
    Mask[][] known = masks;
    Mask[] ofState = known[state];
    if (ofState == null) {
      known[state] = ofState = new Mask[after.length + 1];
    }
    Mask mask = ofState[step + 1];
    if (mask == null) {
      ofState[step + 1] = mask = find(state, step < 0 ? -1 : after[step]);
      if (maskCount.incrementAndGet() * maskBytes > MOST_MASK_BYTES) {
        maskCount.set(0);
        masks = new Mask[known.length][];
      }
    }
    return mask;
  }

  private Mask find(int state, int mostAfter) {
    byte[] bits = dfa.accepts(state) ? ends.clone() : new byte[maskBytes];
    trie.walk(
        dfa,
        state,
        (id, next) -> {
          if (distances.tokens()[next] <= mostAfter) {
            Mask.allow(bits, id);
          }
        });
    return new Mask(bits);
  }

  private byte[] bits(Collection<Integer> ids) {
    byte[] bits = new byte[maskBytes];
    ids.forEach(id -> Mask.allow(bits, id));
    return bits;
  }
}
