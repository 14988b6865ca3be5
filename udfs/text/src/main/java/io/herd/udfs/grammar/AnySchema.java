package io.herd.udfs.grammar;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Any JSON value, with arrays and objects nested up to a depth. JSON is no regular language, so
 * there must be a depth.
 */
record AnySchema(int depth) implements Schema {
  /** The nesting depth where a schema has no type. */
  static final int MOST_DEPTH = 3;

  private static final int MOST_DIGITS = Numerals.MOST_DIGITS;
  private static final String PLACE = "any JSON";

  @Override
  public Set<Kind> kinds() {
    return Kind.all();
  }

  /**
   * Caches automata: schemas without types need hundreds of them, and each takes some time to
   * build.
   */
  private static final class Made {
    static final List<Automaton> BY_DEPTH = byDepth();
  }

  @Override
  public Automaton texts(Languages languages) {
    return Made.BY_DEPTH.get(depth);
  }

  private static List<Automaton> byDepth() {
    Languages languages = new Languages(new Effort(PLACE));
    Automaton scalar = languages.reduced(scalar(languages), PLACE);
    Automaton value = scalar;
    Automaton key = MapSchema.anyName(languages);
    List<Automaton> all = new ArrayList<>(List.of(value));
    for (int i = 0; i < MOST_DEPTH; i++) {
      Automaton items = Repetition.of(languages, Lists.listed(languages, value), 0, -1, PLACE);
      Automaton members =
          Repetition.of(languages, MapSchema.entry(languages, key, value), 0, -1, PLACE);
      value =
          languages.reduced(
              languages.union(
                  List.of(
                      scalar,
                      Lists.between(languages, "[", items, "]"),
                      Lists.between(languages, "{", members, "}"))),
              PLACE);
      all.add(value);
    }
    return List.copyOf(all);
  }

  private static Automaton scalar(Languages languages) {
    LiteralSchema words =
        new LiteralSchema(
            List.of(JsonNull.INSTANCE, new JsonPrimitive(true), new JsonPrimitive(false)));
    return languages.union(
        List.of(MapSchema.anyName(languages), number(languages), words.texts(languages)));
  }

  /** The number stays a text, so its digits are bounded only for models that would never stop. */
  private static Automaton number(Languages languages) {
    return RegexParser.whole(
        languages,
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
