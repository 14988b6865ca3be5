package io.herd.udfs.grammar;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A field of JSON objects whose statistics don't reveal a row's text.
 *
 * @param name of the field
 * @param values whether the schema allows few values, which can be counted one by one
 * @param maxLength most characters of its strings; -1 for no limit
 */
public record CountedField(String name, boolean values, int maxLength) {
  private static final BigInteger FEW = BigInteger.valueOf(100);
  private static final Set<Schema.Kind> NULLS = Set.of(Schema.Kind.NULL);

  /** Returns the fields of a schema's outermost object, in its order. */
  static List<CountedField> of(Schema schema) {
    List<CountedField> fields = new ArrayList<>();
    if (schema instanceof ObjectSchema object) {
      for (ObjectSchema.Member member : object.members()) {
        CountedField field =
            new CountedField(
                member.name(), hasFewValues(member.schema()), maxLength(member.schema()));
        if (field.values || field.maxLength >= 0) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  private static boolean hasFewValues(Schema schema) {
    if (schema instanceof UnionSchema union) {
      return union.alternatives().stream().allMatch(CountedField::hasFewValues);
    }
    return schema instanceof LiteralSchema
        || (schema instanceof IntegerSchema whole
            && whole.most().subtract(whole.least()).compareTo(FEW) <= 0);
  }

  /** Returns the maximum length of strings, which may also be null. */
  private static int maxLength(Schema schema) {
    if (schema instanceof UnionSchema union) {
      List<Integer> lengths =
          union.alternatives().stream().map(CountedField::maxLength).filter(n -> n >= 0).toList();
      boolean others =
          union.alternatives().stream()
              .anyMatch(each -> !(each instanceof TextSchema) && !each.kinds().equals(NULLS));
      return lengths.size() == 1 && !others ? lengths.get(0) : -1;
    }
    return schema instanceof TextSchema text ? text.most() : -1;
  }
}
