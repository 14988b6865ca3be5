package io.herd.job.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_micros;

import io.herd.job.config.Settings;
import io.herd.udfs.Quoted;
import io.herd.udfs.partition.InputColumns;
import io.herd.udfs.partition.RowMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The part of an input's rows that prompts need: see {@link InputColumns}. */
final class PromptInput {
  private PromptInput() {}

  /** Returns the columns that the settings need. */
  static InputColumns columns(StructType schema, Settings settings) {
    String choices = settings.labelling().column();
    String newTokens = settings.newTokensColumn().orElse(null);
    String request = settings.requestColumn().orElse(null);
    List<String> others = Stream.of(choices, newTokens, request).filter(Objects::nonNull).toList();
    List<String> names =
        Arrays.stream(schema.fieldNames())
            .filter(name -> others.contains(name) || settings.prompt().mayRead(name))
            .toList();
    return new InputColumns(names, choices, newTokens, request);
  }

  /** Returns their values, the row's name and its number, as one struct. */
  static Column of(Dataset<Row> source, InputColumns columns, Settings settings) {
    List<Column> parts = new ArrayList<>();
    for (String name : columns.names()) {
      parts.add(readable(name, source.schema().apply(name).dataType()));
    }
    parts.add(name(source.schema(), settings).as("_herd_name"));
    Column none = lit(null).cast(DataTypes.LongType);
    parts.add((source.isStreaming() ? none : monotonically_increasing_id()).as("_herd_number"));
    return struct(parts.toArray(Column[]::new));
  }

  /** Converts a column of examples or of the input to the form that templates read. */
  static Column readable(String name, DataType type) {
    Column column = col(Quoted.name(name));
    DataType read = RowMap.readable(type);
    return read.equals(type) ? column : column.cast(read).as(name);
  }

  /**
   * Returns the row's name in digits where text would depend on a time zone or couldn't represent a
   * byte.
   */
  private static Column name(StructType schema, Settings settings) {
    String id = settings.input().idColumn().orElse(null);
    if (id == null) {
      return lit(null).cast(DataTypes.StringType);
    }
    Column column = col(Quoted.name(id));
    DataType type = schema.apply(id).dataType();
    if (type.equals(DataTypes.BinaryType)) {
      return hex(column);
    }
    Column plain = type.equals(DataTypes.TimestampType) ? unix_micros(column) : column;
    return plain.cast(DataTypes.StringType);
  }
}
