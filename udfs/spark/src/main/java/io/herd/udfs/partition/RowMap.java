package io.herd.udfs.partition;

import io.herd.udfs.template.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DatetimeType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Converts a row's values to what templates read: structs and maps as maps, arrays as lists, bytes
 * decoded as UTF-8. Times and intervals are texts when they come, see {@link #readable}. Maps have
 * their keys sorted, because Spark keeps no order of them.
 */
public final class RowMap {
  private RowMap() {}

  /**
   * Returns the values by column.
   *
   * @param columns the row's first, in their order
   */
  public static Map<String, Object> of(Row row, List<String> columns) {
    return of(row, columns, row.schema());
  }

  private static Map<String, Object> of(Row row, List<String> columns, StructType schema) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      DataType type = schema == null ? null : schema.apply(i).dataType();
      out.put(columns.get(i), value(row, i, type));
    }
    return out;
  }

  private static Object value(Row row, int at, DataType type) {
    if (row.isNullAt(at)) {
      return null;
    }
    if (type instanceof StructType struct) {
      return of(row.getStruct(at), List.of(struct.fieldNames()), struct);
    }
    if (type instanceof ArrayType array) {
      List<Object> out = new ArrayList<>();
      row.getList(at).forEach(item -> out.add(element(item, array.elementType())));
      return out;
    }
    if (type instanceof MapType map) {
      Map<String, Object> out = new TreeMap<>();
      row.getJavaMap(at)
          .forEach(
              (k, v) ->
                  out.put(String.valueOf(element(k, map.keyType())), element(v, map.valueType())));
      return out;
    }
    Object value = row.get(at);
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    boolean plain = value instanceof String || value instanceof Number || value instanceof Boolean;
    return plain || type == null ? value : value.toString(); // calendar intervals, variants
  }

  /**
   * Converts an element of an array or a map; a row around it gives Spark's own view of its
   * collections.
   */
  private static Object element(Object item, DataType type) {
    return value(RowFactory.create(new Object[] {item}), 0, type);
  }

  /**
   * Returns the type to which a column is cast before it is read here. Spark writes times and
   * intervals itself, in the session's time zone: Java's own know another calendar before 1582.
   */
  public static DataType readable(DataType type) {
    if (type instanceof StructType struct) {
      return new StructType(
          Arrays.stream(struct.fields())
              .map(
                  field ->
                      new StructField(
                          field.name(),
                          readable(field.dataType()),
                          field.nullable(),
                          field.metadata()))
              .toArray(StructField[]::new));
    }
    if (type instanceof ArrayType array) {
      return new ArrayType(readable(array.elementType()), array.containsNull());
    }
    if (type instanceof MapType map) {
      return new MapType(
          readable(map.keyType()), readable(map.valueType()), map.valueContainsNull());
    }
    boolean time = type instanceof DatetimeType || type instanceof AnsiIntervalType;
    return time ? DataTypes.StringType : type;
  }

  /**
   * Returns the shape that templates can access in a type's values; a row has its schema's shape.
   */
  public static Shape shape(DataType type) {
    if (type instanceof StructType struct) {
      Map<String, Shape> fields = new LinkedHashMap<>();
      for (StructField field : struct.fields()) {
        fields.put(field.name(), shape(field.dataType()));
      }
      return Shape.struct(fields);
    }
    if (type instanceof ArrayType array) {
      return Shape.array(shape(array.elementType()));
    }
    if (type instanceof MapType map) {
      return Shape.map(shape(map.valueType()));
    }
    return type instanceof StringType ? Shape.TEXT : Shape.ANY;
  }
}
