package io.herd.udfs.grammar;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.util.automaton.Automaton;

/** What any of several schemas allows. */
record UnionSchema(List<Schema> alternatives) implements Schema {

  @Override
  public Set<Kind> kinds() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    alternatives.forEach(each -> kinds.addAll(each.kinds()));
    return kinds;
  }

  @Override
  public Automaton texts() {
    return Languages.union(alternatives.stream().map(Schema::texts).toList());
  }

  /** Null is in every type. */
  @Override
  public String sparkType() {
    Set<String> types =
        alternatives.stream()
            .filter(each -> !each.kinds().equals(Set.of(Kind.NULL)))
            .map(Schema::sparkType)
            .collect(Collectors.toSet());
    return SparkTypes.common(types);
  }

  @Override
  public boolean spelledOnce() {
    return alternatives.stream().allMatch(Schema::spelledOnce);
  }

  @Override
  public boolean excludes(Schema other) {
    return alternatives.stream().allMatch(each -> each.excludes(other));
  }
}
