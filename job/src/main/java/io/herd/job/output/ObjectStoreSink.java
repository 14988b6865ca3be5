package io.herd.job.output;

import com.google.gson.Gson;
import io.herd.job.config.Settings;
import io.herd.udfs.SystemException;
import io.herd.udfs.storage.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.internal.io.cloud.PathOutputCommitProtocol;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A path whose folder can't be put in place by a rename: objects of a store, or a mount point such
 * as a container's volume. New files, which carry the run's name, are written beside those that are
 * there; then {@code _manifest.json} lists the output's files; only then are the others deleted.
 * Who reads what the manifest lists sees the old output or the new one; who lists the path itself
 * sees both for a while, or, if the run dies just then, until it is run again, and never less than
 * one of them.
 *
 * <p>On s3a:// Hadoop's magic committer uploads the files, and completes the uploads when all tasks
 * have ended.
 */
final class ObjectStoreSink extends FilesSink {
  /** The names of the output's objects below its path, relative to it. */
  static final String MANIFEST = "_manifest.json";

  private static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";
  private static final Map<String, String> MAGIC =
      Map.of(
          "mapreduce.outputcommitter.factory.scheme.s3a",
          "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory",
          "fs.s3a.committer.name",
          "magic",
          "fs.s3a.committer.magic.enabled",
          "true");

  /**
   * What readers may go by.
   *
   * @param run the run that wrote last
   * @param files relative to the manifest's folder
   */
  private record Manifest(String run, List<String> files) {}

  private final boolean uploads;

  ObjectStoreSink(SparkSession spark, Settings.Output output, OutputPlace place) {
    super(spark, output, place);
    this.uploads = place.uploads();
  }

  @Override
  public void write(Dataset<Row> rows, String run, Runnable fence) {
    recover();
    fence.run();
    List<Path> unwanted = OutputWriter.appends(output) ? List.of() : parts.all();
    if (OutputWriter.appends(output)) {
      parts.delete(parts.of(run)); // what it had appended before it died
    }
    if (uploads) {
      upload(rows, run);
    } else {
      save(PartFiles.named(OutputWriter.writer(rows, output), run));
    }
    fence.run();
    Set<Path> wanted = new HashSet<>(parts.all());
    unwanted.forEach(wanted::remove);
    write(new Manifest(run, wanted.stream().map(this::relative).sorted().toList()));
    parts.deleteWithFolders(unwanted);
  }

  private void upload(Dataset<Row> rows, String run) {
    Optional<String> before = Optional.ofNullable(spark.conf().get(PROTOCOL, null));
    spark.conf().set(PROTOCOL, PathOutputCommitProtocol.class.getName());
    try {
      save(PartFiles.named(OutputWriter.writer(rows, output), run).options(MAGIC));
    } finally {
      before.ifPresentOrElse(
          name -> spark.conf().set(PROTOCOL, name), () -> spark.conf().unset(PROTOCOL));
    }
  }

  private void save(DataFrameWriter<Row> writer) {
    writer.mode("append").save(target.toString());
  }

  private void write(Manifest manifest) {
    Path file = new Path(target, MANIFEST);
    try {
      byte[] json = (new Gson().toJson(manifest) + "\n").getBytes(StandardCharsets.UTF_8);
      WholeFile.write(parts.files(), file, json);
    } catch (IOException e) {
      throw new SystemException("can't write " + file, e);
    }
  }

  private String relative(Path file) {
    return parts.files().makeQualified(target).toUri().relativize(file.toUri()).getPath();
  }
}
