package io.herd.job.output;

import io.herd.job.config.Settings;
import io.herd.job.config.Settings.Mode;
import io.herd.job.plan.SkippedFiles;
import io.herd.udfs.SystemException;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The output as a reader finds it. To be made before the output is written: files that are there
 * already are another run's, when this one appends to them.
 *
 * @param theirs names of others' files, which Spark makes unique
 */
public record ReadBack(SparkSession spark, Settings.Output output, Set<String> theirs) {
  private static final Set<String> FILES = Set.of("parquet", "orc", "json", "csv");

  /** Of the output that the settings name. */
  public static ReadBack of(SparkSession spark, Settings settings) {
    ReadBack none = new ReadBack(spark, settings.output(), Set.of());
    return none.appends() && none.isFiles() && none.exists()
        ? new ReadBack(spark, settings.output(), none.names())
        : none;
  }

  private boolean appends() {
    return output.mode() == Mode.APPEND;
  }

  private String format() {
    return output.format().toLowerCase(Locale.ROOT);
  }

  private boolean isFiles() {
    return output.path().isPresent() && FILES.contains(format());
  }

  private boolean exists() {
    Path folder = new Path(output.path().orElseThrow());
    try {
      return folder.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(folder);
    } catch (IOException e) {
      throw new SystemException("can't look for the output " + folder, e);
    }
  }

  /** As Spark gives them, and without the escapes of URIs: of the two it shows one as metadata. */
  private Set<String> names() {
    StructType any = StructType.fromDDL("status string"); // or Spark would read all to find it
    Set<String> names = new HashSet<>();
    for (String file :
        spark.read().format(format()).schema(any).load(output.path().orElseThrow()).inputFiles()) {
      names.add(file.substring(file.lastIndexOf('/') + 1));
      names.add(new Path(URI.create(file)).getName());
    }
    return names;
  }

  /** Why this run's rows can't be read, if so. */
  public Optional<String> hindrance() {
    if (output.table().isPresent()) {
      return appends()
          ? Optional.of("in a table they can't be told from those that were there before")
          : Optional.empty();
    }
    return isFiles()
        ? Optional.empty()
        : Optional.of("the format " + format() + " isn't read back");
  }

  /** This run's rows. */
  public Dataset<Row> rows(StructType written) {
    if (output.table().isPresent()) {
      return spark.table(output.table().get());
    }
    Dataset<Row> all =
        spark
            .read()
            .format(format())
            .options(output.options())
            .option("multiLine", format().equals("csv")) // a text may have several lines
            .schema(written)
            .load(output.path().orElseThrow());
    return new SkippedFiles(theirs).leaveOut(all, "file_name");
  }
}
