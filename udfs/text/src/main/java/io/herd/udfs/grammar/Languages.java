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
import org.apache.lucene.util.automaton.Transition;
import org.apache.lucene.util.automaton.UTF32ToUTF8;

/**
 * Regular languages by Lucene's automata, within bounds: what would take too long or too much
 * memory is the user's error.
 *
 * <p>Labels are code points while a pattern is read, and bytes of UTF-8 from {@link #utf8} on.
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

  /**
   * From {@code least} to {@code most} times.
   *
   * @param most or -1 for any number
   * @param place what to name when it is too much
   */
  static Automaton repeat(Automaton part, int least, int most, String place) {
    long copies = Math.max(least, most);
    if (copies * part.getNumStates() > MOST_STATES) {
      throw tooComplex(place + ": " + copies + " repetitions are too many", null);
    }
    if (isEmpty(part)) {
      return least == 0 ? empty() : part;
    }
    if (part.isAccept(0)) {
      Automaton some = Operations.minus(part, empty(), WORK);
      return isEmpty(some) ? empty() : repeat(some, 0, most, place);
    }
    if (most == 0) {
      return empty();
    }
    if (most < 0) {
      Automaton any = Operations.repeat(part);
      return least == 0 ? any : Operations.concatenate(copies(part, least, least), any);
    }
    return least == 0 ? optional(copies(part, 1, most)) : copies(part, least, most);
  }

  /**
   * (part (part (...)?)?), in which a reader is never in two copies at once: as a row of optional
   * parts it would be in all, and making that deterministic takes the square of the time.
   *
   * @param least 1 or more
   */
  private static Automaton copies(Automaton part, int least, int most) {
    int size = part.getNumStates();
    Automaton out = new Automaton();
    for (int i = 0; i < most * size; i++) {
      out.createState();
    }
    for (int copy = 0; copy < most; copy++) {
      for (int state = 0; state < size; state++) {
        int source = copy * size + state;
        lead(part, state, out, source, copy * size);
        if (part.isAccept(state)) {
          out.setAccept(source, copy + 1 >= least);
          if (copy + 1 < most) {
            lead(part, 0, out, source, (copy + 1) * size);
          }
        }
      }
    }
    out.finishState();
    return out;
  }

  /** Gives a state of {@code out} the transitions that a state of a part has. */
  private static void lead(Automaton part, int state, Automaton out, int source, int offset) {
    Transition each = new Transition();
    for (int i = part.initTransition(state, each); i > 0; i--) {
      part.getNextTransition(each);
      out.addTransition(source, offset + each.dest, each.min, each.max);
    }
  }

  static Automaton intersection(Automaton one, Automaton other, String place) {
    if ((long) one.getNumStates() * other.getNumStates() > 100L * MOST_STATES) {
      throw tooComplex(place + ": its parts are too large together", null);
    }
    return Operations.intersection(one, other);
  }

  /** Code points to bytes. Lucene's conversion lets overlong forms through, such as E0 80 80. */
  static Automaton utf8(Automaton codePoints, String place) {
    Automaton sloppy = new UTF32ToUTF8().convert(codePoints);
    return reduced(intersection(sloppy, wellFormed(), place), place);
  }

  /** Texts of well-formed UTF-8: table 3-7 of the Unicode standard. */
  private static Automaton wellFormed() {
    Automaton tail = bytes(0x80, 0xbf);
    Automaton character =
        union(
            List.of(
                bytes(0, 0x7f),
                concatenation(bytes(0xc2, 0xdf), tail),
                concatenation(bytes(0xe0, 0xe0), bytes(0xa0, 0xbf), tail),
                concatenation(bytes(0xe1, 0xec), tail, tail),
                concatenation(bytes(0xed, 0xed), bytes(0x80, 0x9f), tail),
                concatenation(bytes(0xee, 0xef), tail, tail),
                concatenation(bytes(0xf0, 0xf0), bytes(0x90, 0xbf), tail, tail),
                concatenation(bytes(0xf1, 0xf3), tail, tail, tail),
                concatenation(bytes(0xf4, 0xf4), bytes(0x80, 0x8f), tail, tail)));
    return reduced(Operations.repeat(character), "UTF-8");
  }

  private static Automaton bytes(int first, int last) {
    return Automata.makeCharRange(first, last);
  }

  /** The same language with few states. */
  static Automaton reduced(Automaton texts, String place) {
    Automaton deterministic = deterministic(texts, place);
    return deterministic.getNumStates() > WORTH_MINIMIZING
        ? deterministic
        : MinimizationOperations.minimize(deterministic, WORK);
  }

  /** The same language without choices and without dead ends. */
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

  private static UserException tooComplex(String problem, Throwable cause) {
    return new UserException(
        problem + ", where " + MOST_STATES + " states are the most.",
        "lower the bounds of its repetitions, such as maxLength, maxItems and {m,n}, or leave them"
            + " out: the completion is bounded by herd.generate.max-new-tokens anyhow.",
        cause);
  }

  /** A comma, the space that may follow it, and a value. */
  static Automaton listed(Automaton value) {
    return concatenation(literal(","), optional(literal(" ")), value);
  }

  /** A list of what {@link #listed} writes, without the first comma, between brackets. */
  static Automaton between(String open, Automaton list, String close) {
    return concatenation(literal(open), withoutFirstComma(list), literal(close));
  }

  /** Refuses what would have so many states. */
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

  /**
   * The same texts without the first character, a comma that all of them but the empty one begin
   * with, and the space that may follow it.
   */
  private static Automaton withoutFirstComma(Automaton list) {
    if (list.getNumStates() == 0) {
      return list;
    }
    Automaton out = new Automaton();
    out.createState();
    out.copy(list);
    Transition comma = new Transition();
    Transition next = new Transition();
    for (int i = list.initTransition(0, comma); i > 0; i--) {
      list.getNextTransition(comma);
      for (int j = list.initTransition(comma.dest, next); j > 0; j--) {
        list.getNextTransition(next);
        if (next.min != ' ') {
          out.addTransition(0, next.dest + 1, next.min, next.max);
        }
      }
    }
    out.setAccept(0, list.isAccept(0));
    out.finishState();
    return out;
  }
}
