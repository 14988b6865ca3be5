package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.sample.Choice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A row's own choices, in a column of texts or of structs with a value and a text. */
public final class RowChoices {
  private static final String VALUE = "value";
  private static final String TEXT = "text";
  private static final StructType STRUCT =
      new StructType().add(VALUE, DataTypes.StringType).add(TEXT, DataTypes.StringType);

  /** The type in the snapshot. */
  static final ArrayType STORED = DataTypes.createArrayType(STRUCT);

  private RowChoices() {}

  /** Returns whether a column of this type can contain choices. */
  public static boolean readable(DataType type) {
    if (!(type instanceof ArrayType array)) {
      return false;
    }
    return array.elementType() instanceof StructType struct
        ? Set.of(struct.fieldNames()).equals(Set.of(VALUE, TEXT))
            && struct.apply(VALUE).dataType().equals(DataTypes.StringType)
            && struct.apply(TEXT).dataType().equals(DataTypes.StringType)
        : array.elementType().equals(DataTypes.StringType);
  }

  /**
   * Returns the choices of an input row.
   *
   * @param column null where rows have none of their own
   * @throws RowException when it has none, or one of them is null, blank or there twice
   */
  static List<Choice> of(Row row, String column) {
    if (column == null) {
      return List.of();
    }
    int at = row.fieldIndex(column);
    List<Choice> out = new ArrayList<>();
    Set<String> values = new HashSet<>();
    for (Object each : row.isNullAt(at) ? List.of() : row.getList(at)) {
      Choice choice = choice(each, column);
      if (!values.add(choice.value())) {
        throw new RowException(
            "the choices column `" + column + "` has a label twice (space around it aside)");
      }
      out.add(choice);
    }
    if (out.isEmpty()) {
      throw new RowException("the choices column `" + column + "` is null or empty");
    }
    return out;
  }

  private static Choice choice(Object each, String column) {
    String value = each instanceof Row row ? row.getAs(VALUE) : (String) each;
    String text = each instanceof Row row ? row.getAs(TEXT) : value;
    if (value == null || text == null || value.isBlank() || text.isBlank()) {
      throw new RowException("the choices column `" + column + "` has a null or blank label");
    }
    return new Choice(value.strip(), text);
  }

  /** Converts choices to the snapshot's form. */
  static Row[] toStore(List<Choice> choices) {
    return choices.stream()
        .map(choice -> RowFactory.create(choice.value(), choice.text()))
        .toArray(Row[]::new);
  }

  /** Reads choices in the snapshot's form. */
  static List<Choice> stored(List<Row> rows) {
    return rows.stream().map(row -> new Choice(row.getString(0), row.getString(1))).toList();
  }
}
