package io.herd.job.workdir;

import io.herd.udfs.results.LogFiles;
import io.herd.udfs.results.ResultLog;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Joins many small files of a log into few large ones, in tasks that copy bytes. Runs that read or
 * write the log meanwhile lose nothing, nor do runs that compact it at the same time: see {@link
 * LogFiles}. Then lines may be there twice.
 */
public final class LogCompaction {
  /**
   * The number of small files that are tolerated: Spark reads 32 per task, so this many take about
   * a second.
   */
  static final int MANY = 500;

  /** Maximum size of a joined file, unless its last part is larger: Spark's unit of reading. */
  private static final long LARGE_BYTES = 128L << 20;

  /** A file of half that size isn't worth copying again. */
  private static final long SMALL_BYTES = LARGE_BYTES / 2;

  /** How long replaced files are kept: longer than a run that may still read them. */
  static final Duration KEPT = Duration.ofDays(7);

  /** Where files are copied: in a cluster's tasks, or locally in tests. */
  public interface Joining {
    /**
     * Joins each group of files into a hidden one.
     *
     * @param name that the files' names are to begin with
     * @return the names that they are to be shown under
     */
    List<String> join(List<List<String>> groups, String name);
  }

  private final LogFiles files;
  private final int many;
  private final Clock clock;
  private final Joining joining;

  public LogCompaction(SparkSession spark, ResultLog log) {
    this(spark, log, MANY);
  }

  /**
   * Creates a compaction with another threshold for many.
   *
   * @param many files that are let be
   */
  public LogCompaction(SparkSession spark, ResultLog log, int many) {
    this(
        log.files(spark.sparkContext().hadoopConfiguration()),
        many,
        Clock.systemUTC(),
        (groups, name) -> joinInTasks(spark, log, groups, name));
  }

  public LogCompaction(LogFiles files, int many, Clock clock, Joining joining) {
    this.files = files;
    this.many = many;
    this.clock = clock;
    this.joining = joining;
  }

  /**
   * Compacts if it is worthwhile.
   *
   * @return the small files that were replaced; 0 when they were few
   */
  public int run() {
    files.dropReplaced(clock.instant().minus(KEPT));
    List<FileStatus> small =
        files.live().stream().filter(file -> file.getLen() < SMALL_BYTES).toList();
    if (small.size() <= many) {
      return 0;
    }
    String name = "c" + UUID.randomUUID();
    try {
      joining.join(groups(small), name).forEach(files::show);
      files.replace(small.stream().map(LogFiles::name).toList(), name);
    } finally {
      files.dropHidden(name); // left by attempts that lost or failed
    }
    return small.size();
  }

  private static List<List<String>> groups(List<FileStatus> small) {
    List<List<String>> groups = new ArrayList<>();
    long bytes = LARGE_BYTES;
    for (FileStatus file : small) {
      if (bytes >= LARGE_BYTES) {
        groups.add(new ArrayList<>());
        bytes = 0;
      }
      groups.get(groups.size() - 1).add(LogFiles.name(file));
      bytes += file.getLen();
    }
    return groups;
  }

  private static List<String> joinInTasks(
      SparkSession spark, ResultLog log, List<List<String>> groups, String name) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    List<String> lines = groups.stream().map(group -> String.join("\n", group)).toList();
    return context.parallelize(lines, lines.size()).map(new Join(log, name, hadoop)).collect();
  }

  /** Joins a task's group under the attempt's own name, and returns that name. */
  private record Join(ResultLog log, String name, Broadcast<SerializableConfiguration> hadoop)
      implements Function<String, String> {
    @Override
    public String call(String group) {
      TaskContext task = TaskContext.get();
      String file =
          String.format(
              Locale.ROOT, "%s-%05d-%d.jsonl", name, task.partitionId(), task.taskAttemptId());
      log.files(hadoop.value().value()).join(group.lines().toList(), LogFiles.hidden(file));
      return file;
    }
  }
}
