package io.herd.udfs.partition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/** A row's values as templates see them: structs and maps as maps, arrays as lists. */
final class RowMap {
  private RowMap() {}

  static Map<String, Object> of(Row row, List<String> columns) {
    return of(row, columns, row.schema());
  }

  private static Map<String, Object> of(Row row, List<String> columns, StructType schema) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      out.put(columns.get(i), value(row, i, schema == null ? null : schema.apply(i).dataType()));
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
      return row.getList(at).stream().map(item -> element(item, array.elementType())).toList();
    }
    if (type instanceof MapType map) {
      Map<String, Object> out = new LinkedHashMap<>();
      row.getJavaMap(at).forEach((k, v) -> out.put(String.valueOf(k), element(v, map.valueType())));
      return out;
    }
    return row.get(at);
  }

  /** Inside an array or a map; a row around it gives Spark's own view of its collections. */
  private static Object element(Object item, DataType type) {
    return value(RowFactory.create(new Object[] {item}), 0, type);
  }
}
