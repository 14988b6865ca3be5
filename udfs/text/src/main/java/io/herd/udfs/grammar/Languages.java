package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.MinimizationOperations;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/**
 * Builds regular languages with Lucene's automata, within bounds: excessive time or memory is the
 * user's error.
 *
 * <p>Labels are code points while a pattern is read, and bytes of UTF-8 from {@link Utf8} on.
 */
final class Languages {
  /**
   * Maximum number of states of one automaton: about 30 MB of table, and seconds to compute the
   * distances.
   */
  static final int MOST_STATES = 60_000;

  /** Lucene's budget for determinizing an automaton, in units of ten states visited. */
  private static final int WORK = 200_000;

  private static final int LITTLE_WORK = 500;

  /**
   * Hopcroft's algorithm is slow above this size, and automata of that size are rarely much too
   * large.
   */
  private static final int WORTH_MINIMIZING = 4_000;

  private static final int LAST_CODE_POINT = Character.MAX_CODE_POINT;

  /** The cost of sorting, relative to copying. */
  private static final int SORTED = 4;

  /** Lucene's sets of states take longer the more of them have a common beginning. */
  private static final int PAIRS_A_STEP = 64;

  /** The longest word in Lucene's automata of sorted words. */
  private static final int LONGEST_WORD = 1_000;

  private final Effort effort;

  Languages(Effort effort) {
    this.effort = effort;
  }

  /** Returns the remaining budget. */
  Effort effort() {
    return effort;
  }

  /** Matches one text, in UTF-8. */
  static Automaton literal(String text) {
    return literal(utf8(text));
  }

  private static byte[] utf8(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new UserException(
          "herd.format: \"" + text.replaceAll("\\p{Cs}", "?") + "\" has half a surrogate pair.",
          "write the whole character.");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Automaton literal(byte[] bytes) {
    Automaton chain = new Automaton();
    chain.createState();
    for (int i = 0; i < bytes.length; i++) {
      chain.createState();
      chain.addTransition(i, i + 1, bytes[i] & 0xff);
    }
    chain.setAccept(bytes.length, true);
    chain.finishState();
    return chain;
  }

  /**
   * Matches any of some texts, in UTF-8. As a union, tens of thousands of them would take minutes.
   */
  Automaton anyOf(List<String> texts) {
    TreeSet<BytesRef> words = new TreeSet<>();
    List<Automaton> tooLong = new ArrayList<>();
    for (String text : texts) {
      byte[] bytes = utf8(text);
      effort.spend(bytes.length);
      if (bytes.length < LONGEST_WORD) {
        words.add(new BytesRef(bytes));
      } else {
        tooLong.add(literal(bytes));
      }
    }
    if (words.isEmpty()) {
      return union(tooLong);
    }
    tooLong.add(Automata.makeBinaryStringUnion(words));
    return tooLong.size() == 1 ? tooLong.get(0) : union(tooLong);
  }

  /** Matches one text, in code points. */
  static Automaton codePoints(String text) {
    return Automata.makeString(text);
  }

  static Automaton empty() {
    return Automata.makeEmptyString();
  }

  /** Matches one character of a set of code points; surrogates are excluded. */
  static Automaton oneOf(BitSet codePoints) {
    Automaton one = new Automaton();
    one.createState();
    one.setAccept(one.createState(), true);
    BitSet characters = (BitSet) codePoints.clone();
    characters.clear(Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1);
    for (int from = characters.nextSetBit(0); from >= 0; ) {
      int to = characters.nextClearBit(from);
      one.addTransition(0, 1, from, to - 1);
      from = characters.nextSetBit(to);
    }
    one.finishState();
    return one;
  }

  /** Matches one mark that is no character of a text. */
  static Automaton mark(int sign) {
    return Automata.makeChar(sign);
  }

  /** Any character. */
  static Automaton anyChar() {
    BitSet all = new BitSet();
    all.set(0, LAST_CODE_POINT + 1);
    return oneOf(all);
  }

  Automaton concatenation(Automaton... parts) {
    return concatenation(List.of(parts));
  }

  Automaton concatenation(List<Automaton> parts) {
    long optional = parts.stream().filter(each -> isAccepting(each)).count();
    effort.spend(size(parts) + optional * optional);
    return parts.isEmpty() ? empty() : charged(Operations.concatenate(parts));
  }

  private static boolean isAccepting(Automaton part) {
    return part.getNumStates() > 0 && part.isAccept(0);
  }

  Automaton union(List<Automaton> parts) {
    long pairs = (long) parts.size() * parts.size();
    effort.spend(SORTED * size(parts) + pairs / PAIRS_A_STEP);
    return Operations.union(parts);
  }

  static Automaton optional(Automaton part) {
    return Operations.optional(part);
  }

  static boolean isEmpty(Automaton texts) {
    return Operations.isEmpty(texts);
  }

  Automaton intersection(Automaton one, Automaton other, String place) {
    refusePairs(one, other, place);
    return charged(Operations.intersection(one, other));
  }

  private static void refusePairs(Automaton one, Automaton other, String place) {
    if ((long) one.getNumStates() * other.getNumStates() > 100L * MOST_STATES) {
      throw tooComplex(place + ": its parts are too large together", null);
    }
  }

  /** Returns this language with fewer states. */
  Automaton reduced(Automaton texts, String place) {
    Automaton deterministic = deterministic(texts, place);
    if (deterministic.getNumStates() > WORTH_MINIMIZING) {
      return deterministic;
    }
    long cells = (long) deterministic.getNumStates() * deterministic.getStartPoints().length;
    effort.spend(SORTED * cells);
    return MinimizationOperations.minimize(deterministic, WORK);
  }

  /** Returns this language as a deterministic automaton without dead ends. */
  Automaton deterministic(Automaton texts, String place) {
    Automaton live = withoutDeadStates(determinized(withoutDeadStates(texts), place));
    if (live.getNumStates() > MOST_STATES) {
      throw tooComplex(place + ": its automaton has " + live.getNumStates() + " states", null);
    }
    return live;
  }

  /** Starts with a small budget, because Lucene reveals its cost only by giving up. */
  private Automaton determinized(Automaton live, String place) {
    if (live.isDeterministic()) {
      return live;
    }
    long unit = 5L * (1 + live.getNumTransitions() / Math.max(1, live.getNumStates()));
    for (int work = LITTLE_WORK; ; work = Math.min(WORK, 2 * work)) {
      try {
        return Operations.determinize(live, work);
      } catch (TooComplexToDeterminizeException e) {
        if (work == WORK) {
          throw tooComplex(place + ": is too complex", e);
        }
        effort.spend(work * unit); // the next try takes at least as much
      }
    }
  }

  private Automaton withoutDeadStates(Automaton texts) {
    effort.spend(SORTED * size(texts));
    return Operations.removeDeadStates(texts);
  }

  private static long size(Automaton part) {
    return (long) part.getNumStates() + part.getNumTransitions();
  }

  private static long size(List<Automaton> parts) {
    return parts.stream().mapToLong(Languages::size).sum();
  }

  /** Charges the cost of an automaton, and returns it. */
  Automaton charged(Automaton made) {
    effort.spend(size(made));
    return made;
  }

  static UserException tooComplex(String problem, Throwable cause) {
    return new UserException(
        problem + ", where " + MOST_STATES + " states are the most.",
        "lower the bounds of its repetitions, such as maxLength, maxItems and {m,n}, or omit them:"
            + " herd.generate.max-new-tokens bounds the completion anyway.",
        cause);
  }

  /** Removes the empty text. */
  Automaton withoutEmpty(Automaton texts) {
    effort.spend(size(texts));
    return Operations.minus(texts, empty(), WORK);
  }

  /** Refuses an automaton with too many states. */
  static void refuseAbove(long states, String place) {
    if (states > MOST_STATES) {
      throw tooComplex(place + ": its automaton has " + states + " states", null);
    }
  }

  /** Returns the texts of one automaton that the other, which is deterministic, doesn't have. */
  Automaton difference(Automaton one, Automaton other, String place) {
    refusePairs(one, other, place);
    effort.spend(size(one) + size(other));
    return charged(Operations.minus(one, other, WORK));
  }

  /** Returns whether a deterministic automaton accepts a text in UTF-8. */
  static boolean has(Automaton texts, String text) {
    int state = texts.getNumStates() == 0 ? -1 : 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      state = state < 0 ? state : texts.step(state, b & 0xff);
    }
    return state >= 0 && texts.isAccept(state);
  }
}
