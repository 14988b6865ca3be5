package io.herd.udfs.partition;

import io.herd.udfs.template.Shape;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A row's values as templates see them: structs and maps as maps, arrays as lists, bytes as the
 * text that they are in UTF-8, times and intervals as Spark writes them. Maps have their keys
 * sorted, because Spark keeps no order of them.
 */
public final class RowMap {
  private RowMap() {}

  /**
   * The values by column.
   *
   * @param columns the row's, in their order
   * @param zone in which timestamps are written: the session's
   */
  public static Map<String, Object> of(Row row, List<String> columns, ZoneId zone) {
    return of(row, columns, row.schema(), zone);
  }

  private static Map<String, Object> of(
      Row row, List<String> columns, StructType schema, ZoneId zone) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      DataType type = schema == null ? null : schema.apply(i).dataType();
      out.put(columns.get(i), value(row, i, type, zone));
    }
    return out;
  }

  private static Object value(Row row, int at, DataType type, ZoneId zone) {
    if (row.isNullAt(at)) {
      return null;
    }
    if (type instanceof StructType struct) {
      return of(row.getStruct(at), List.of(struct.fieldNames()), struct, zone);
    }
    if (type instanceof ArrayType array) {
      List<Object> out = new ArrayList<>();
      row.getList(at).forEach(item -> out.add(element(item, array.elementType(), zone)));
      return out;
    }
    if (type instanceof MapType map) {
      Map<String, Object> out = new TreeMap<>();
      row.getJavaMap(at)
          .forEach(
              (k, v) ->
                  out.put(
                      String.valueOf(element(k, map.keyType(), zone)),
                      element(v, map.valueType(), zone)));
      return out;
    }
    Object value = row.get(at);
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    boolean plain = value instanceof String || value instanceof Number || value instanceof Boolean;
    return plain || type == null ? value : ValueText.of(value, type, zone);
  }

  /** Inside an array or a map; a row around it gives Spark's own view of its collections. */
  private static Object element(Object item, DataType type, ZoneId zone) {
    return value(RowFactory.create(new Object[] {item}), 0, type, zone);
  }

  /** What a template can reach in values of a type; a row's is that of its schema. */
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
