package io.herd.udfs.grammar;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Objects without named members.
 *
 * @param entries what its members may be
 * @param least members at least, 0 or 1: that names differ is nothing a regular language can say
 * @param most members at most, or -1
 */
record MapSchema(List<Entry> entries, int least, int most, String place) implements Schema {

  /**
   * A group of members.
   *
   * @param names as JSON texts in UTF-8
   */
  record Entry(Automaton names, Schema value) {}

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.OBJECT);
  }

  static Automaton anyName(Languages languages) {
    return new TextSchema(0, -1, List.of(), PLACE_OF_NAMES).texts(languages);
  }

  private static final String PLACE_OF_NAMES = "names of members";

  static Automaton entry(Languages languages, Automaton name, Automaton value) {
    Automaton space = Languages.optional(Languages.literal(" "));
    return languages.concatenation(
        Lists.listed(languages, name), Languages.literal(":"), space, value);
  }

  @Override
  public Automaton texts(Languages languages) {
    Automaton any =
        languages.union(
            entries.stream()
                .map(each -> entry(languages, each.names(), each.value().texts(languages)))
                .toList());
    Automaton members =
        Repetition.of(languages, languages.deterministic(any, place), least, most, place);
    return Lists.between(languages, "{", members, "}");
  }

  @Override
  public ColumnType columnType() {
    Set<ColumnType> types =
        entries.stream()
            .map(each -> each.value().columnType())
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return new ColumnType.Entries(ColumnType.common(types));
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }
}
