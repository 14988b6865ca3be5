package io.herd.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.herd.job.SharedSpark;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSpark.class)
class GroupsTest {
  private static final int PREFIX = 5;
  private static final int TASKS = 4;
  private static final StructType SCHEMA =
      new StructType()
          .add(SnapshotColumns.KEY, DataTypes.StringType)
          .add(SnapshotColumns.IDS, DataTypes.createArrayType(DataTypes.IntegerType, false));

  private final SparkSession spark;
  private final Random random = new Random(11);

  GroupsTest(SparkSession spark) {
    this.spark = spark;
  }

  /** A row in a task: the document that its key names, and the tokens of its prompt. */
  private record Placed(String key, int task, int tokens) {
    String document() {
      return key.substring(0, key.indexOf('-'));
    }
  }

  /** Questions about documents of so many tokens behind the prefix, in any order. */
  private List<Row> rows(int documents, int questions, int tokens) {
    List<Row> rows = new ArrayList<>();
    for (int d = 0; d < documents; d++) {
      int[] document = IntStream.concat(IntStream.range(0, PREFIX), numbers(tokens)).toArray();
      for (int q = 0; q < questions; q++) {
        IntStream ids = IntStream.concat(IntStream.of(document), numbers(1 + random.nextInt(9)));
        rows.add(RowFactory.create(d + "-" + q, ids.boxed().toList()));
      }
    }
    Collections.shuffle(rows, random);
    return rows;
  }

  private IntStream numbers(int count) {
    return Arrays.stream(random.ints(count, 0, 40_000).toArray());
  }

  private Dataset<Row> dataset(List<Row> rows) {
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static List<Placed> placed(Groups groups, Dataset<Row> pending) {
    return groups
        .partitioned(pending, TASKS)
        .select(
            functions.col(SnapshotColumns.KEY),
            functions.spark_partition_id(),
            functions.size(functions.col(SnapshotColumns.IDS)))
        .collectAsList()
        .stream()
        .map(row -> new Placed(row.getString(0), row.getInt(1), row.getInt(2)))
        .toList();
  }

  private static Map<String, Set<Integer>> tasks(List<Placed> placed) {
    return placed.stream()
        .collect(
            Collectors.groupingBy(
                Placed::document, Collectors.mapping(Placed::task, Collectors.toSet())));
  }

  private static Map<Integer, Long> sizes(List<Placed> placed) {
    return placed.stream().collect(Collectors.groupingBy(Placed::task, Collectors.counting()));
  }

  @Test
  void partitioned_documents_areWholeInOneTaskEach() {
    Dataset<Row> pending = dataset(rows(30, 8, 110));
    Groups groups = new Groups(PREFIX).placed(pending, 240, TASKS);
    List<Placed> placed = placed(groups, pending);
    assertThat(placed).hasSize(240);
    assertThat(tasks(placed)).hasSize(30).allSatisfy((d, tasks) -> assertThat(tasks).hasSize(1));
    assertThat(sizes(placed).values()).as("as even as 30 of 8 can be").containsOnly(56L, 64L);
    List<String> runs = new ArrayList<>();
    placed.stream()
        .map(Placed::document)
        .filter(each -> runs.isEmpty() || !runs.get(runs.size() - 1).equals(each))
        .forEach(runs::add);
    assertThat(runs).as("beside each other").hasSize(30);
  }

  /** A run that goes on finds every row where it was. */
  @Test
  void partitioned_someRowsDone_leavesTheOthersWhereTheyWere() {
    List<Row> rows = rows(30, 8, 110);
    Groups groups = new Groups(PREFIX).placed(dataset(rows), 240, TASKS);
    Set<Placed> before = new HashSet<>(placed(groups, dataset(rows)));
    assertThat(before).containsAll(placed(groups, dataset(rows.subList(40, 200))));
  }

  @Test
  void cut_oneLargeDocument_isInAllTasks() {
    Dataset<Row> pending = dataset(rows(1, 200, 100));
    List<Placed> placed = placed(new Groups(PREFIX).placed(pending, 200, TASKS), pending);
    assertThat(sizes(placed)).hasSize(TASKS);
    assertThat(sizes(placed).values()).allMatch(rows -> rows > 25 && rows < 80);
  }

  /** What begins alike for long, and then is several documents, is cut between these. */
  @Test
  void cut_documentsBehindLongInstructions_staysWholeByDocument() {
    List<Row> rows =
        rows(20, 10, 200).stream()
            .map(
                row -> {
                  List<Integer> ids = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
                  ids.addAll(row.<List<Integer>>getAs(1));
                  return RowFactory.create(row.get(0), ids);
                })
            .toList();
    Groups groups = new Groups(PREFIX).placed(dataset(rows), 200, TASKS);
    assertThat(groups.places().values()).containsExactly(new long[0]);
    List<Placed> placed = placed(groups, dataset(rows));
    assertThat(tasks(placed)).allSatisfy((d, tasks) -> assertThat(tasks).hasSize(1));
    assertThat(placed).extracting(Placed::task).contains(0, 1, 2, 3);
  }

  @Test
  void tokens_documents_areAllButTheFirstOfEach() {
    Dataset<Row> pending = dataset(rows(30, 8, 110));
    long expected = PREFIX * 239L + 30 * 7 * 110L;
    assertThat(Sharing.tokens(pending, 1, 240, PREFIX)).isCloseTo(expected, withinPercentage(1));
    Groups groups = new Groups(PREFIX);
    assertThat(Sharing.tokens(Sharing.part(pending, groups, 2), 2, 240, PREFIX))
        .isCloseTo(expected, withinPercentage(50));
    assertThat(Sharing.every(5_000_000)).isEqualTo(2);
  }

  @Test
  void tokens_nothingInCommon_isThePrefix() {
    assertThat(Sharing.tokens(dataset(rows(50, 1, 100)), 1, 50, PREFIX)).isEqualTo(49L * PREFIX);
    assertThat(Sharing.tokens(dataset(List.of()), 1, 0, 0)).isZero();
  }
}
