package io.herd.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.xxhash64;

import io.herd.udfs.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Hashes a row's content to 64 bits, with the same result before writing and after reading back.
 */
final class RowPrint {
  private RowPrint() {}

  /**
   * Hashes columns that read back unchanged.
   *
   * @param names of columns of rows with this schema
   */
  static Column exact(StructType schema, List<String> names) {
    List<Column> parts = new ArrayList<>();
    for (String name : names) {
      Column column = quoted(name);
      boolean hashed = !holdsUnhashed(schema.apply(name).dataType());
      parts.add(hashed ? column : to_json(struct(column)));
      parts.add(column.isNull()); // a null is nothing to the hash
    }
    return hash(parts);
  }

  /**
   * Hashes the letters and digits of columns, which is what text formats preserve. Spaces at the
   * ends, nulls and halves of characters may come back as others.
   */
  static Column loose(StructType schema, List<String> names) {
    return hash(
        names.stream()
            .filter(name -> isPlain(schema.apply(name).dataType()))
            .map(
                name ->
                    regexp_replace(
                        coalesce(quoted(name).cast("string"), lit("")), "[^\\p{L}\\p{N}]+", ""))
            .toList());
  }

  static Column quoted(String name) {
    return col(Quoted.name(name));
  }

  private static Column hash(List<Column> parts) {
    return parts.isEmpty() ? lit(0L) : xxhash64(parts.toArray(Column[]::new));
  }

  private static boolean isPlain(DataType type) {
    return type instanceof StringType
        || type instanceof IntegralType
        || type instanceof BooleanType
        || type.equals(DataTypes.DoubleType)
        || type.equals(DataTypes.FloatType);
  }

  /** Returns whether a value contains a map, at any depth. */
  static boolean holdsMap(DataType type) {
    return holds(type, MapType.class::isInstance);
  }

  /**
   * Recognizes types that Spark can't hash: maps, and variants, whose class Spark 3.5 doesn't have.
   */
  private static boolean holdsUnhashed(DataType type) {
    return holdsMap(type) || holds(type, each -> each.typeName().equals("variant"));
  }

  private static boolean holds(DataType type, Predicate<DataType> wanted) {
    if (wanted.test(type)) {
      return true;
    }
    if (type instanceof ArrayType array) {
      return holds(array.elementType(), wanted);
    }
    return type instanceof StructType struct
        && Arrays.stream(struct.fields()).anyMatch(field -> holds(field.dataType(), wanted));
  }
}
