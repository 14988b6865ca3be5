package io.herd.job;

import io.herd.job.config.Settings;
import io.herd.job.input.InputOrder;
import io.herd.job.input.Snapshot;
import io.herd.job.output.Answers;
import io.herd.job.output.Audit;
import io.herd.job.output.AuditReport;
import io.herd.job.output.Counts;
import io.herd.job.output.OutputKeys;
import io.herd.job.output.Outputs;
import io.herd.job.output.Publisher;
import io.herd.job.plan.Plan;
import io.herd.job.report.RunRecorder;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes the output and checks what readers find. */
final class PublishStep {
  private final SparkSession spark;
  private final Settings settings;
  private final WorkDir workDir;
  private final Publisher publisher;
  private final RunRecorder recorder;

  PublishStep(
      SparkSession spark,
      Settings settings,
      WorkDir workDir,
      Publisher publisher,
      RunRecorder recorder) {
    this.spark = spark;
    this.settings = settings;
    this.workDir = workDir;
    this.publisher = publisher;
    this.recorder = recorder;
  }

  /**
   * Writes all rows, each with a result or a reason for having none.
   *
   * @throws SystemException when that isn't what readers find
   */
  Published whole(Snapshot snapshot, Answers answers, Lease lease) {
    Written written = write(snapshot, answers, lease);
    Supplier<Dataset<Row>> output = () -> publisher.read(written.rows(), snapshot.state());
    AuditReport audit = audit(snapshot, written.counts(), output);
    recorder.audit(audit);
    audit.require(publisher.target(), workDir.audit());
    String keys = OutputKeys.sha256(snapshot.rows());
    return new Published(snapshot.state().run(), written.counts(), keys, written.results(), output);
  }

  /**
   * Writes a partial output; a later run replaces it.
   *
   * @return rows that are pending
   */
  long partly(Snapshot snapshot, Answers answers, Lease lease) {
    Counts counts = write(snapshot, answers, lease).counts();
    long rows = snapshot.rows().count();
    if (counts.rows() != rows) {
      throw new SystemException("rows in " + rows + ", rows out " + counts.rows(), null);
    }
    return rows - counts.ok() - counts.failed();
  }

  /**
   * The counts of what was written, and the results that it was written from.
   *
   * @param rows as they were given to the sink
   */
  private record Written(Counts counts, Dataset<Row> results, Dataset<Row> rows) {}

  private Written write(Snapshot snapshot, Answers answers, Lease lease) {
    RunState run = current(snapshot.state());
    publisher.check(Optional.of(run)); // again: hours may have passed
    workDir.dropAudit();
    Dataset<Row> results = Plan.results(spark, workDir.results());
    Dataset<Row> joined = Outputs.joined(snapshot.rows(), results);
    Dataset<Row> rows = Outputs.of(InputOrder.arranged(joined, settings), answers);
    Counts counts = publisher.publish(rows, run, lease);
    recorder.counts(counts);
    return new Written(counts, results, rows);
  }

  /**
   * Returns the run's current state: another driver may have published it meanwhile, or to another
   * output.
   */
  private RunState current(RunState run) {
    Optional<RunState> now =
        workDir
            .run()
            .state()
            .filter(each -> each.snapshot().equals(run.snapshot()))
            .filter(workDir.snapshots()::holds);
    if (now.isEmpty()) {
      throw new UserException(
          "a run with another configuration has begun on "
              + workDir
              + " meanwhile, and took its place",
          "give each configuration a herd.run.work-dir of its own. This run's results are kept: the"
              + " same command reuses them.");
    }
    return now.get();
  }

  private AuditReport audit(Snapshot snapshot, Counts counts, Supplier<Dataset<Row>> output) {
    Optional<String> unreadable = publisher.unreadable();
    return unreadable.isPresent()
        ? Audit.counted(snapshot.rows().count(), counts, unreadable.get())
        : new Audit(settings, workDir.audit())
            .of(snapshot.rows(), snapshot.columns(), output.get(), counts);
  }
}
