package io.herd.udfs.grammar;

import io.herd.udfs.UserException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.MinimizationOperations;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/**
 * Regular languages by Lucene's automata, within bounds: what would take too long or too much
 * memory is the user's error.
 *
 * <p>Labels are code points while a pattern is read, and bytes of UTF-8 from {@link Utf8} on.
 */
final class Languages {
  /** States of one automaton: about 30 MB of table, and seconds to find the distances in. */
  static final int MOST_STATES = 60_000;

  /** What Lucene may spend on making an automaton deterministic, in units of ten states visited. */
  private static final int WORK = 200_000;

  /** Hopcroft's algorithm is slow beyond, and pieces of that size are rarely much too large. */
  private static final int WORTH_MINIMIZING = 4_000;

  private static final int LAST_CODE_POINT = Character.MAX_CODE_POINT;

  private Languages() {}

  /** One text, in UTF-8. */
  static Automaton literal(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new UserException(
          "herd.format: \"" + text.replaceAll("\\p{Cs}", "?") + "\" has half a surrogate pair.",
          "write the whole character.");
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
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

  /** One text, in code points. */
  static Automaton codePoints(String text) {
    return Automata.makeString(text);
  }

  static Automaton empty() {
    return Automata.makeEmptyString();
  }

  /** One character out of a set of code points; halves of surrogate pairs are none. */
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

  /** One sign that is no character of a text. */
  static Automaton mark(int sign) {
    return Automata.makeChar(sign);
  }

  /** Any character. */
  static Automaton anyChar() {
    BitSet all = new BitSet();
    all.set(0, LAST_CODE_POINT + 1);
    return oneOf(all);
  }

  static Automaton concatenation(Automaton... parts) {
    return Operations.concatenate(List.of(parts));
  }

  static Automaton concatenation(List<Automaton> parts) {
    return parts.isEmpty() ? empty() : Operations.concatenate(parts);
  }

  static Automaton union(List<Automaton> parts) {
    return Operations.union(parts);
  }

  static Automaton optional(Automaton part) {
    return Operations.optional(part);
  }

  static boolean isEmpty(Automaton texts) {
    return Operations.isEmpty(texts);
  }

  static Automaton intersection(Automaton one, Automaton other, String place) {
    if ((long) one.getNumStates() * other.getNumStates() > 100L * MOST_STATES) {
      throw tooComplex(place + ": its parts are too large together", null);
    }
    return Operations.intersection(one, other);
  }

  /** This language in fewer states. */
  static Automaton reduced(Automaton texts, String place) {
    Automaton deterministic = deterministic(texts, place);
    return deterministic.getNumStates() > WORTH_MINIMIZING
        ? deterministic
        : MinimizationOperations.minimize(deterministic, WORK);
  }

  /** This language as a deterministic automaton without dead ends. */
  static Automaton deterministic(Automaton texts, String place) {
    try {
      Automaton all = Operations.determinize(Operations.removeDeadStates(texts), WORK);
      Automaton live = Operations.removeDeadStates(all);
      if (live.getNumStates() > MOST_STATES) {
        throw tooComplex(place + ": its automaton has " + live.getNumStates() + " states", null);
      }
      return live;
    } catch (TooComplexToDeterminizeException e) {
      throw tooComplex(place + ": is too complex", e);
    }
  }

  static UserException tooComplex(String problem, Throwable cause) {
    return new UserException(
        problem + ", where " + MOST_STATES + " states are the most.",
        "lower the bounds of its repetitions, such as maxLength, maxItems and {m,n}, or leave them"
            + " out: the completion is bounded by herd.generate.max-new-tokens anyhow.",
        cause);
  }

  /** All texts but the empty one. */
  static Automaton withoutEmpty(Automaton texts) {
    return Operations.minus(texts, empty(), WORK);
  }

  /** Refuses an automaton with more than the most states. */
  static void refuseAbove(long states, String place) {
    if (states > MOST_STATES) {
      throw tooComplex(place + ": its automaton has " + states + " states", null);
    }
  }

  /** What one has and the other, which is deterministic, doesn't. */
  static Automaton difference(Automaton one, Automaton other, String place) {
    if ((long) one.getNumStates() * other.getNumStates() > 100L * MOST_STATES) {
      throw tooComplex(place + ": its parts are too large together", null);
    }
    return Operations.minus(one, other, WORK);
  }

  /** Whether a text in UTF-8 is one of a deterministic automaton's. */
  static boolean has(Automaton texts, String text) {
    int state = texts.getNumStates() == 0 ? -1 : 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      state = state < 0 ? state : texts.step(state, b & 0xff);
    }
    return state >= 0 && texts.isAccept(state);
  }
}
