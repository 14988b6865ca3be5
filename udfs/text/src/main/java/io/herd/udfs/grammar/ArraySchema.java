package io.herd.udfs.grammar;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Arrays.
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
  public Automaton texts() {
    return Lists.between("[", each ? different() : repeated(), "]");
  }

  private Automaton repeated() {
    Automaton next = Lists.listed(item.texts());
    return Repetition.of(Languages.deterministic(next, place), least, most, place);
  }

  private Automaton different() {
    List<Automaton> items =
        ((LiteralSchema) item)
            .values().stream()
                .map(value -> Lists.listed(Languages.literal(JsonTexts.write(value))))
                .toList();
    return Choosing.some(items, Collections.nCopies(items.size(), false), least, most, place);
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
