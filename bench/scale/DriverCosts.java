import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sha2;

import io.herd.job.output.OutputKeys;
import io.herd.job.progress.TaskSums;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.partition.TaskCounters;
import io.herd.udfs.results.ResultLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a driver pays for each task, each key and each file, by Herd's own classes; see {@code driver}. */
public final class DriverCosts {
  private static final int TASKS = 4_000;
  private static final int KEYS = 2_000_000;
  private static final int FILES = 200_000;
  private static final int LOGGED = 20_000;

  /** As the live line and the early stop are. */
  private static final class Sums extends TaskSums {
    @Override
    protected void changed() {}

    long of(long accumulator) {
      return sum(accumulator);
    }

    void forget() {
      clear();
    }
  }

  public static void main(String[] args) throws Exception {
    SparkSession spark =
        SparkSession.builder().master("local[1]").config("spark.sql.shuffle.partitions", "8").getOrCreate();
    try {
      tasks(spark);
      keys(spark, KEYS / 10); // warms up
      say("key_seconds", "us a key", 1e6 * keys(spark, KEYS) / KEYS);
      files();
      listing(spark);
    } finally {
      spark.stop();
    }
  }

  private static void tasks(SparkSession spark) throws InterruptedException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Sums sums = new Sums();
    spark.sparkContext().addSparkListener(sums);
    run(context, 100); // warms up
    sums.forget();
    long before = heap();
    long begun = System.nanoTime();
    TaskCounters counters = run(context, TASKS);
    say("task_launch, at most", "ms a task, with its execution", (System.nanoTime() - begun) / 1e6 / TASKS);
    while (sums.of(counters.rows().id()) < TASKS) {
      Thread.sleep(100); // Spark tells its listeners later
    }
    say("sum_seconds", "ns a task", sumNanos(sums, counters) / TASKS);
    long with = heap();
    sums.forget();
    long without = heap();
    say("sums_bytes, of one", "bytes a task", (with - without) / (double) TASKS);
    say("spark_task_bytes", "bytes a task", (without - before) / (double) TASKS);
  }

  private static TaskCounters run(JavaSparkContext context, int tasks) {
    TaskCounters counters = TaskCounters.in(context.sc());
    context
        .parallelize(Collections.nCopies(tasks, 0), tasks)
        .foreach(
            row -> {
              counters.begun(1);
              counters.row(100, 10);
              counters.engines().add("host.example.org gpu(0): The capital of France is Paris.");
            });
    return counters;
  }

  private static double sumNanos(Sums sums, TaskCounters counters) {
    int times = 2_000;
    long seen = 0;
    long begun = 0;
    for (int i = -times; i < times; i++) {
      begun = i == 0 ? System.nanoTime() : begun;
      seen += sums.of(counters.tokens().id());
    }
    if (seen != 2L * times * TASKS * 10) {
      throw new IllegalStateException("the tasks' tokens are not all there: " + seen);
    }
    return (System.nanoTime() - begun) / (double) times;
  }

  private static double keys(SparkSession spark, int keys) {
    Dataset<Row> snapshot =
        spark.range(0, keys, 1, 4).select(sha2(col("id").cast("string"), 256).as(SnapshotColumns.KEY));
    snapshot = snapshot.localCheckpoint(); // reading them isn't counted
    long begun = System.nanoTime();
    OutputKeys.sha256(snapshot);
    return (System.nanoTime() - begun) / 1e9;
  }

  private static void files() throws InterruptedException {
    FileStatus[] all = new FileStatus[FILES];
    long before = heap();
    for (int i = 0; i < FILES; i++) {
      String name = String.format(Locale.ROOT, "r1760000000000-%05d-%d-%05d.jsonl", i / 40, i / 40, i % 40);
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("s3a://a-bucket/work/reviews/results/" + name);
      all[i] = new FileStatus(300_000, false, 1, 128 << 20, i, i, null, "herd", "herd", path);
    }
    say("status_bytes", "bytes a file", (heap() - before) / (double) all.length);
  }

  /** What an attempt at a partition pays for the log's files of other partitions. */
  private static void listing(SparkSession spark) throws IOException {
    Path folder = Files.createTempDirectory("herd-log");
    for (int i = 0; i < LOGGED; i++) {
      Files.createFile(folder.resolve(String.format(Locale.ROOT, "r1-%05d-0-00000.jsonl", i)));
    }
    ResultLog log = new ResultLog(folder.toUri().toString());
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    log.keys(hadoop, "r2", 0); // warms up
    long begun = System.nanoTime();
    if (!log.keys(hadoop, "r2", 0).isEmpty()) {
      throw new IllegalStateException("another run's keys were read");
    }
    say("an attempt's listing", "us a file of others, local disk", (System.nanoTime() - begun) / 1e3 / LOGGED);
    FileUtils.deleteDirectory(folder.toFile());
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(300);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void say(String figure, String unit, double value) {
    System.out.printf(Locale.ROOT, "%-22s %10.2f %s%n", figure, value, unit);
  }
}
