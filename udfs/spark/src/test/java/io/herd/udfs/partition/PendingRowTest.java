package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.LabelTokens;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.collection.mutable.ArraySeq;

class PendingRowTest {
  private static final List<Choice> CHOICES =
      List.of(new Choice("1", " one"), new Choice("2", "2"));
  private static final LabelTokens LABELS =
      new LabelTokens(List.of(new int[] {8, 9}, new int[] {4}));
  private static final PendingRow FULL =
      new PendingRow("key", new int[] {5, 7}, CHOICES, LABELS, 3, "{}");
  private static final PendingRow BARE =
      new PendingRow("key", new int[] {5}, List.of(), null, null);

  private static Object seq(Object... elements) {
    return ArraySeq.make(elements);
  }

  @Test
  void of_columnsAsSparkGivesThem_areRead() {
    Object stored = seq(RowFactory.create("1", " one"), RowFactory.create("2", "2"));
    Object labels = seq(seq(8, 9), seq(4));
    assertThat(PendingRow.of(RowFactory.create("key", seq(5, 7), stored, labels, 3, "{}")))
        .usingRecursiveComparison()
        .isEqualTo(FULL);
    assertThat(PendingRow.of(RowFactory.create("key", seq(5), null, null, null, null)))
        .usingRecursiveComparison()
        .isEqualTo(BARE);
  }

  @Test
  void of_whatToRowWrote_isTheSameWithoutSparksEncoder() {
    for (PendingRow each : List.of(FULL, BARE)) {
      assertThat(PendingRow.ofAll(each.toRow(9, false)))
          .get()
          .usingRecursiveComparison()
          .isEqualTo(each);
    }
  }

  @Test
  void toRow_eachValue_isInItsColumn() {
    StructType schema = SnapshotColumns.own();
    assertThat(schema.fieldNames()).containsExactlyElementsOf(SnapshotColumns.ALL);
    Row row = FULL.toRow(9, true);
    assertThat(row.getLong(schema.fieldIndex(SnapshotColumns.ROW))).isEqualTo(9);
    assertThat(row.getString(schema.fieldIndex(SnapshotColumns.KEY))).isEqualTo("key");
    assertThat(row.isNullAt(schema.fieldIndex(SnapshotColumns.ERROR))).isTrue();
    assertThat(row.getBoolean(schema.fieldIndex(SnapshotColumns.CUT))).isTrue();
    assertThat(row.getInt(schema.fieldIndex(SnapshotColumns.NEW_TOKENS))).isEqualTo(3);
    assertThat(row.getString(schema.fieldIndex(SnapshotColumns.SETTINGS))).isEqualTo("{}");
  }

  @Test
  void of_rowWithAnError_isNone() {
    Row failed = SnapshotColumns.failed(9, "too long");
    assertThat(PendingRow.ofAll(failed)).isEmpty();
    assertThat(failed.getString(SnapshotColumns.ALL.indexOf(SnapshotColumns.ERROR)))
        .isEqualTo("too long");
    assertThat(failed.size()).isEqualTo(SnapshotColumns.ALL.size());
  }
}
