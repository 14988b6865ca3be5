package io.herd.udfs.grammar;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/**
 * Writes JSON (RFC 8259) with exactly one spelling per string: only characters that must be escaped
 * are, by the two-character escape where there is one.
 */
final class JsonTexts {
  private static final String SHORT = "\"\\\b\f\n\r\t";
  private static final String LETTERS = "\"\\bfnrt";
  private static final int FIRST_PRINTABLE = 0x20;
  private static final String HEX = "0123456789abcdef";

  private JsonTexts() {}

  /** Returns a value's compact text. */
  static String write(JsonElement value) {
    if (value instanceof JsonObject object) {
      return object.entrySet().stream()
          .map(member -> quoted(member.getKey()) + ":" + write(member.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    } else if (value instanceof JsonArray array) {
      return StreamSupport.stream(array.spliterator(), false)
          .map(JsonTexts::write)
          .collect(Collectors.joining(",", "[", "]"));
    } else if (value instanceof JsonPrimitive single && single.isString()) {
      return quoted(single.getAsString());
    }
    return value == null || value instanceof JsonNull ? "null" : value.getAsString();
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              int letter = SHORT.indexOf(c);
              if (letter >= 0) {
                out.append('\\').append(LETTERS.charAt(letter));
              } else if (c < FIRST_PRINTABLE) {
                out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
              } else {
                out.append((char) c);
              }
            });
    return out.append('"').toString();
  }

  /** Converts strings of code points to their spelling between quotes. */
  static Automaton escaped(Automaton values) {
    Automaton.Builder out = new Automaton.Builder();
    for (int state = 0; state < values.getNumStates(); state++) {
      out.setAccept(out.createState(), values.isAccept(state));
    }
    Transition each = new Transition();
    for (int state = 0; state < values.getNumStates(); state++) {
      for (int i = values.initTransition(state, each); i > 0; i--) {
        values.getNextTransition(each);
        escape(out, each);
      }
    }
    return out.finish();
  }

  private static void escape(Automaton.Builder out, Transition range) {
    BitSet plain = CharSets.range(range.min, range.max);
    BitSet controls = new BitSet();
    for (int c = Math.min(range.max, '\\'); c >= range.min; c--) {
      int letter = SHORT.indexOf(c);
      if (letter >= 0) {
        spell(out, range, "\\", List.of(LETTERS.charAt(letter)));
      } else if (c < FIRST_PRINTABLE) {
        controls.set(c);
      }
      if (letter >= 0 || c < FIRST_PRINTABLE) {
        plain.clear(c);
      }
    }
    for (int high = 0; high < 2; high++) {
      List<Character> low =
          controls.get(high * 16, high * 16 + 16).stream().mapToObj(HEX::charAt).toList();
      if (!low.isEmpty()) {
        spell(out, range, "\\u00" + high, low);
      }
    }
    plain.clear(Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1);
    for (int from = plain.nextSetBit(0); from >= 0; ) {
      int to = plain.nextClearBit(from);
      out.addTransition(range.source, range.dest, from, to - 1);
      from = plain.nextSetBit(to);
    }
  }

  private static void spell(
      Automaton.Builder out, Transition range, String start, List<Character> ends) {
    int from = range.source;
    for (int i = 0; i < start.length(); i++) {
      int next = out.createState();
      out.addTransition(from, next, start.charAt(i));
      from = next;
    }
    for (char end : ends) {
      out.addTransition(from, range.dest, end);
    }
  }
}
