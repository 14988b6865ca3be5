package io.herd.udfs.grammar;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.util.automaton.Automaton;

/**
 * The union of several schemas.
 *
 * @param ofOneObject whether they narrow one object with properties, so that one struct holds all
 */
record UnionSchema(List<Schema> alternatives, boolean ofOneObject) implements Schema {

  UnionSchema(List<Schema> alternatives) {
    this(alternatives, false);
  }

  @Override
  public Set<Kind> kinds() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    alternatives.forEach(each -> kinds.addAll(each.kinds()));
    return kinds;
  }

  @Override
  public Automaton texts(Languages languages) {
    return languages.union(alternatives.stream().map(each -> each.texts(languages)).toList());
  }

  /** Ignores null, which is part of every type. */
  @Override
  public ColumnType columnType() {
    List<ColumnType> types =
        alternatives.stream()
            .filter(each -> !each.kinds().equals(Set.of(Kind.NULL)))
            .map(Schema::columnType)
            .filter(Objects::nonNull)
            .collect(Collectors.toList());
    return ofOneObject && !types.isEmpty()
        ? ColumnType.Fields.together(types)
        : ColumnType.common(Set.copyOf(types));
  }

  @Override
  public boolean spelledOnce() {
    return alternatives.stream().allMatch(Schema::spelledOnce);
  }

  @Override
  public boolean excludes(Languages languages, Schema other) {
    return alternatives.stream().allMatch(each -> each.excludes(languages, other));
  }
}
