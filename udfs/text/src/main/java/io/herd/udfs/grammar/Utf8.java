package io.herd.udfs.grammar;

import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.UTF32ToUTF8;

/** Builds languages over UTF-8 bytes. */
final class Utf8 {
  /** Well-formed UTF-8: table 3-7 of the Unicode standard. */
  private static final Automaton WELL_FORMED = wellFormed();

  private Utf8() {}

  /**
   * Converts code points to bytes. Lucene's conversion lets overlong forms through, such as E0 80
   * 80.
   */
  static Automaton of(Languages languages, Automaton codePoints, String place) {
    Automaton sloppy = new UTF32ToUTF8().convert(codePoints);
    return languages.reduced(languages.intersection(sloppy, WELL_FORMED, place), place);
  }

  private static Automaton wellFormed() {
    Languages languages = new Languages(new Effort("UTF-8"));
    Automaton tail = bytes(0x80, 0xbf);
    Automaton character =
        languages.union(
            List.of(
                bytes(0, 0x7f),
                languages.concatenation(bytes(0xc2, 0xdf), tail),
                languages.concatenation(bytes(0xe0, 0xe0), bytes(0xa0, 0xbf), tail),
                languages.concatenation(bytes(0xe1, 0xec), tail, tail),
                languages.concatenation(bytes(0xed, 0xed), bytes(0x80, 0x9f), tail),
                languages.concatenation(bytes(0xee, 0xef), tail, tail),
                languages.concatenation(bytes(0xf0, 0xf0), bytes(0x90, 0xbf), tail, tail),
                languages.concatenation(bytes(0xf1, 0xf3), tail, tail, tail),
                languages.concatenation(bytes(0xf4, 0xf4), bytes(0x80, 0x8f), tail, tail)));
    return languages.reduced(Operations.repeat(character), "UTF-8");
  }

  private static Automaton bytes(int first, int last) {
    return Automata.makeCharRange(first, last);
  }
}
