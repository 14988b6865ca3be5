package io.herd.udfs.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Arrays with a separate schema for each index.
 *
 * @param least places that are there at least
 */
record TupleSchema(List<Schema> items, int least) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.ARRAY);
  }

  @Override
  public Automaton texts(Languages languages) {
    Automaton rest = Languages.empty();
    for (int i = items.size() - 1; i >= 0; i--) {
      Automaton item = items.get(i).texts(languages);
      Automaton from = languages.concatenation(i == 0 ? item : Lists.listed(languages, item), rest);
      rest = i < least ? from : Languages.optional(from);
    }
    return languages.concatenation(Languages.literal("["), rest, Languages.literal("]"));
  }

  @Override
  public ColumnType columnType() {
    List<ColumnType.Field> fields = new ArrayList<>();
    for (Schema item : items) {
      ColumnType type = item.columnType();
      String name = "_" + (fields.size() + 1);
      fields.add(new ColumnType.Field(name, type == null ? ColumnType.TEXT : type));
    }
    return new ColumnType.Fields(fields, true);
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }
}
