package io.herd.udfs.partition;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The snapshot's columns beside the input's. */
public final class SnapshotColumns {
  /** Number of the row, unique in the snapshot. */
  public static final String ROW = "_herd_row";

  /** Key of the row's result, or null when the row has an error. */
  public static final String KEY = "_herd_key";

  /** Token ids of the prompt, or null when the row has an error. */
  public static final String IDS = "_herd_ids";

  /** Why the row has no prompt, or null. */
  public static final String ERROR = "_herd_error";

  /** The row's own choices, or null when all rows have the same, or none. */
  public static final String CHOICES = "_herd_choices";

  /** The tokens of each label, or null when they are the labels' own, or nothing is labelled. */
  public static final String LABELS = "_herd_labels";

  /** The row's own token limit, or null when it has the run's. */
  public static final String NEW_TOKENS = "_herd_new_tokens";

  /** The row's own {@link RowSettings} as text, or null when it has the run's. */
  public static final String SETTINGS = "_herd_settings";

  /** Whether text of the row was left out, so that the prompt fits. */
  public static final String CUT = "_herd_cut";

  /** The prompt as text, where it is asked for; null when the row has an error. */
  public static final String TEXT = "_herd_text";

  /** The input file of the row, if the output is to have the input's order. */
  public static final String FILE = "_herd_file";

  /** What a cascade's large model is given of the row: a struct of {@link #ALL}. */
  public static final String LARGE = "_herd_large";

  /** Which model of a cascade answers the row. */
  public static final String ANSWERED_BY = "_herd_answered_by";

  /** What came of the row, as the result log has it; null when the row has an error. */
  public static final String RESULT = "_herd_result";

  /** Prefix of output columns until they are written. */
  public static final String OWN = "_herd_own_";

  /** What the engine is given of a row: a {@link PendingRow}. */
  public static final List<String> WORK = List.of(KEY, IDS, CHOICES, LABELS, NEW_TOKENS, SETTINGS);

  /** All columns except the result, in their order. */
  public static final List<String> ALL =
      List.of(ROW, KEY, IDS, ERROR, CHOICES, LABELS, CUT, NEW_TOKENS, SETTINGS);

  private static final ArrayType TOKENS = DataTypes.createArrayType(DataTypes.IntegerType, false);

  private SnapshotColumns() {}

  /** Returns whether a snapshot may have this column beside the input's. */
  public static boolean isOwn(String name) {
    return ALL.contains(name) || List.of(FILE, LARGE, ANSWERED_BY).contains(name);
  }

  /** Returns whether an input can't have a column of this name, given in lower case. */
  public static boolean isReserved(String column) {
    return isOwn(column) || column.equals(RESULT) || column.startsWith(OWN);
  }

  /** Appends a value to a row. */
  static Row with(Row input, Object value) {
    Object[] values = new Object[input.size() + 1];
    for (int i = 0; i < input.size(); i++) {
      values[i] = input.get(i);
    }
    values[input.size()] = value;
    return RowFactory.create(values);
  }

  /** Returns the values of {@link #ALL} for a row without a prompt, with the reason. */
  static Row failed(long number, String error) {
    return RowFactory.create(number, null, null, error, null, null, false, null, null);
  }

  /** Returns the schema of {@link #ALL}. */
  public static StructType own() {
    return schema(new StructType());
  }

  /** Returns the schema of {@link #ALL} and {@link #TEXT}. */
  public static StructType ownWithText() {
    return own().add(TEXT, DataTypes.StringType, true);
  }

  /** Returns the snapshot's schema for an input's schema. */
  public static StructType schema(StructType input) {
    return input
        .add(ROW, DataTypes.LongType, false)
        .add(KEY, DataTypes.StringType, true)
        .add(IDS, TOKENS, true)
        .add(ERROR, DataTypes.StringType, true)
        .add(CHOICES, RowChoices.STORED, true)
        .add(LABELS, DataTypes.createArrayType(TOKENS, false), true)
        .add(CUT, DataTypes.BooleanType, false)
        .add(NEW_TOKENS, DataTypes.IntegerType, true)
        .add(SETTINGS, DataTypes.StringType, true);
  }
}
