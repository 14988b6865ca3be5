package io.herd.job.output;

import io.herd.job.config.OutputSettings;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.internal.io.cloud.PathOutputCommitProtocol;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A path whose folder can't be renamed into place: objects of a store, or a mount point such as a
 * container's volume. New files, which carry the run's name, are written beside those that are
 * there; then {@code _manifest.json} lists the output's files; only then are the others deleted.
 * Who reads what the manifest lists sees the old output or the new one; who lists the path itself
 * sees both for a while, or, if the run dies just then, until it is run again, and never less than
 * one of them.
 *
 * <p>On s3a:// Hadoop's magic committer uploads the files, and completes the uploads when all tasks
 * have ended.
 */
final class ObjectStoreSink extends FilesSink {
  private static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";
  private static final Map<String, String> MAGIC =
      Map.of(
          "mapreduce.outputcommitter.factory.scheme.s3a",
          "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory",
          "fs.s3a.committer.name",
          "magic",
          "fs.s3a.committer.magic.enabled",
          "true");

  private final OutputManifest manifest;
  private final boolean uploads;

  ObjectStoreSink(SparkSession spark, OutputSettings output, OutputPlace place) {
    super(spark, output, place);
    this.manifest = new OutputManifest(parts);
    this.uploads = place.uploads();
  }

  @Override
  public boolean write(Dataset<Row> rows, String run, Runnable fence) {
    recover();
    fence.run();
    AppendedFiles added = new AppendedFiles(parts, run);
    if (uploads) {
      upload(rows, added.prefix());
    } else {
      save(PartFiles.named(OutputWriter.writer(rows, output), added.prefix()));
    }
    if (OutputWriter.appends(output)) {
      boolean own = added.commitWritten(fence);
      listAppended(run);
      return own;
    }
    new ReplacedFiles(parts, added).commitWritten(fence);
    return true;
  }

  /** Lists the committed objects; a commit can't be undone, so any driver may list it. */
  private void listAppended(String run) {
    manifest.write(
        before -> new OutputManifest.Content(run, CommittedFiles.in(parts, before).committed()),
        () -> {});
    parts.delete(CommittedFiles.in(parts, manifest.read()).left());
  }

  @Override
  public boolean holds(String run) {
    return new AppendedFiles(parts, run).held();
  }

  @Override
  public boolean isOf(String run) {
    return manifest.read().filter(now -> run.equals(now.run())).isPresent();
  }

  @Override
  public void settle(String run) {
    new AppendedFiles(parts, run).settle();
    listAppended(run);
  }

  private void upload(Dataset<Row> rows, String name) {
    Optional<String> before = Optional.ofNullable(spark.conf().get(PROTOCOL, null));
    spark.conf().set(PROTOCOL, PathOutputCommitProtocol.class.getName());
    try {
      save(PartFiles.named(OutputWriter.writer(rows, output), name).options(MAGIC));
    } finally {
      before.ifPresentOrElse(
          found -> spark.conf().set(PROTOCOL, found), () -> spark.conf().unset(PROTOCOL));
    }
  }

  private void save(DataFrameWriter<Row> writer) {
    writer.mode("append").save(target.toString());
  }
}
