package io.herd.udfs.grammar;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Any JSON, whose arrays and objects nest no deeper than is said. JSON is no regular language, so
 * there must be a depth.
 */
record AnySchema(int depth) implements Schema {
  /** Arrays and objects in each other, where a schema says nothing. */
  static final int MOST_DEPTH = 3;

  private static final int MOST_DIGITS = Numerals.MOST_DIGITS;
  private static final String PLACE = "any JSON";

  @Override
  public Set<Kind> kinds() {
    return Kind.all();
  }

  /** Made once: schemas without types have hundreds of them, and each takes a while. */
  private static final class Made {
    static final List<Automaton> BY_DEPTH = byDepth();
  }

  @Override
  public Automaton texts() {
    return Made.BY_DEPTH.get(depth);
  }

  private static List<Automaton> byDepth() {
    Automaton scalar = Languages.reduced(scalar(), PLACE);
    Automaton value = scalar;
    Automaton key = MapSchema.anyName();
    List<Automaton> all = new ArrayList<>(List.of(value));
    for (int i = 0; i < MOST_DEPTH; i++) {
      Automaton items = Repetition.of(Lists.listed(value), 0, -1, PLACE);
      Automaton members = Repetition.of(MapSchema.entry(key, value), 0, -1, PLACE);
      value =
          Languages.reduced(
              Languages.union(
                  List.of(
                      scalar, Lists.between("[", items, "]"), Lists.between("{", members, "}"))),
              PLACE);
      all.add(value);
    }
    return List.copyOf(all);
  }

  private static Automaton scalar() {
    LiteralSchema words =
        new LiteralSchema(
            List.of(JsonNull.INSTANCE, new JsonPrimitive(true), new JsonPrimitive(false)));
    return Languages.union(List.of(MapSchema.anyName(), number(), words.texts()));
  }

  /** It stays a text, so its digits are only bounded for models that would never stop. */
  private static Automaton number() {
    return RegexParser.whole(
        String.format(Locale.ROOT, "-?(0|[1-9]\\d{0,%1$d})(\\.\\d{1,%1$d})?", MOST_DIGITS - 1),
        PLACE);
  }

  @Override
  public ColumnType columnType() {
    return ColumnType.JSON;
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }
}
