package io.herd.udfs.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.util.automaton.Automaton;

/** Objects with these members and no others, in this order. */
record ObjectSchema(List<Member> members) implements Schema {

  /** A property; an optional one may be left out. */
  record Member(String name, Schema schema, boolean required) {}

  @Override
  public Set<Kind> kinds() {
    return Set.of(Kind.OBJECT);
  }

  /** Each member begins with a comma, of which the first is taken away: so any may be the first. */
  @Override
  public Automaton texts() {
    Automaton space = Languages.optional(Languages.literal(" "));
    List<Automaton> parts = new ArrayList<>();
    for (Member member : members) {
      Automaton part =
          Languages.concatenation(
              Languages.literal(","),
              space,
              Languages.literal(JsonTexts.quoted(member.name()) + ":"),
              space,
              member.schema().texts());
      parts.add(member.required() ? part : Languages.optional(part));
    }
    return Languages.concatenation(
        Languages.literal("{"),
        Languages.withoutFirstComma(Languages.concatenation(parts)),
        Languages.literal("}"));
  }

  @Override
  public String sparkType() {
    return members.stream()
        .map(member -> SparkTypes.field(member.name(), member.schema().sparkType()))
        .collect(Collectors.joining(", ", "struct<", ">"));
  }

  @Override
  public boolean spelledOnce() {
    return false;
  }

  @Override
  public boolean excludes(Schema other) {
    if (!(other instanceof ObjectSchema that)) {
      return Schema.super.excludes(other);
    }
    boolean byValue =
        members.stream()
            .filter(Member::required)
            .anyMatch(
                mine ->
                    that.members.stream()
                        .filter(theirs -> theirs.required() && theirs.name().equals(mine.name()))
                        .anyMatch(theirs -> mine.schema().excludes(theirs.schema())));
    return byValue || (needsWhatLacks(that) && that.needsWhatLacks(this));
  }

  private boolean needsWhatLacks(ObjectSchema other) {
    return members.stream()
        .anyMatch(
            mine ->
                mine.required()
                    && other.members.stream()
                        .noneMatch(theirs -> theirs.name().equals(mine.name())));
  }
}
