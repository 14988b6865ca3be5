package io.herd.udfs.grammar;

import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Another schema's texts with a changed view.
 *
 * @param asJson whether a column holds the values as their JSON, because no type is as deep
 * @param implied whether its keywords only imply its type, so that values of others are valid, too
 */
record ViewedSchema(Schema schema, boolean asJson, boolean implied) implements Schema {

  @Override
  public Set<Kind> kinds() {
    return implied ? Kind.all() : schema.kinds();
  }

  @Override
  public Automaton texts(Languages languages) {
    return schema.texts(languages);
  }

  @Override
  public ColumnType columnType() {
    return asJson ? ColumnType.JSON : schema.columnType();
  }

  @Override
  public boolean spelledOnce() {
    return !implied && schema.spelledOnce();
  }

  @Override
  public boolean excludes(Languages languages, Schema other) {
    return implied ? other.kinds().isEmpty() : schema.excludes(languages, other);
  }
}
