package io.herd.udfs.grammar;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Arrays of equal items.
 *
 * @param most items, or -1
 * @param each whether no item comes twice; then the items are literals, in their order
 * @param place where it stands, for messages
 */
record ArraySchema(Schema item, int least, int most, boolean each, String place) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.ARRAY);
  }

  @Override
  public Automaton texts(Languages languages) {
    return Lists.between(languages, "[", each ? different(languages) : repeated(languages), "]");
  }

  private Automaton repeated(Languages languages) {
    Automaton next = Lists.listed(languages, item.texts(languages));
    return Repetition.of(languages, languages.deterministic(next, place), least, most, place);
  }

  private Automaton different(Languages languages) {
    List<Automaton> items =
        ((LiteralSchema) item)
            .values().stream()
                .map(value -> Lists.listed(languages, Languages.literal(JsonTexts.write(value))))
                .toList();
    return Choosing.some(
        languages, items, Collections.nCopies(items.size(), false), least, most, place);
  }

  @Override
  public ColumnType columnType() {
    ColumnType type = item.columnType();
    return new ColumnType.Items(type == null ? ColumnType.TEXT : type);
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }
}
