package io.herd.udfs.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;

/**
 * Objects with exactly these members, in this order.
 *
 * @param least members at least
 * @param most members at most, or -1
 * @param closed whether a member that isn't named is not even valid
 * @param place where it stands, for messages
 */
record ObjectSchema(List<Member> members, int least, int most, boolean closed, String place)
    implements Schema {

  /** A property; an optional one may be absent. */
  record Member(String name, Schema schema, boolean required) {

    private boolean isNamedAs(Member other) {
      return name.equals(other.name);
    }
  }

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.OBJECT);
  }

  /**
   * Each member begins with a comma, and the first comma is removed, so any member may be the
   * first.
   */
  @Override
  public Automaton texts(Languages languages) {
    Automaton space = Languages.optional(Languages.literal(" "));
    List<Automaton> parts = new ArrayList<>();
    for (Member member : members) {
      parts.add(
          languages.concatenation(
              Languages.literal(","),
              space,
              Languages.literal(JsonTexts.quoted(member.name()) + ":"),
              space,
              member.schema().texts(languages)));
    }
    List<Boolean> required = members.stream().map(Member::required).toList();
    return Lists.between(
        languages, "{", Choosing.some(languages, parts, required, least, most, place), "}");
  }

  /**
   * Returns a type other than a struct for objects without members, because Spark has no empty
   * structs.
   */
  @Override
  public ColumnType columnType() {
    List<ColumnType.Field> fields =
        members.stream()
            .map(member -> new ColumnType.Field(member.name(), member.schema().columnType()))
            .filter(field -> field.type() != null)
            .toList();
    return fields.isEmpty()
        ? new ColumnType.Entries(ColumnType.TEXT)
        : new ColumnType.Fields(fields, false);
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }

  @Override
  public boolean excludes(Languages languages, Schema other) {
    if (!(other instanceof ObjectSchema that)) {
      return Schema.super.excludes(languages, other);
    }
    languages.effort().spend((long) members.size() * that.members.size());
    boolean byValue =
        members.stream()
            .filter(Member::required)
            .anyMatch(
                mine ->
                    that.members.stream()
                        .filter(theirs -> theirs.required() && theirs.isNamedAs(mine))
                        .anyMatch(theirs -> mine.schema().excludes(languages, theirs.schema())));
    return byValue || (isInvalidBy(that) && that.isInvalidBy(this));
  }

  /**
   * Returns whether each of its texts lacks a member that the other schema requires, or has one
   * that it forbids.
   */
  private boolean isInvalidBy(ObjectSchema other) {
    return other.needsWhatLacks(this) || (other.closed && needsWhatLacks(other));
  }

  private boolean needsWhatLacks(ObjectSchema other) {
    return members.stream()
        .filter(Member::required)
        .anyMatch(mine -> other.members.stream().noneMatch(theirs -> mine.isNamedAs(theirs)));
  }
}
