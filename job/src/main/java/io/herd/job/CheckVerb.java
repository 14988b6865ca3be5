package io.herd.job;

import io.herd.job.config.Settings;
import io.herd.job.input.Snapshot;
import io.herd.job.input.Source;
import io.herd.job.output.Publisher;
import io.herd.job.report.ExitCode;
import io.herd.job.report.FetchLine;
import io.herd.job.resolve.DriverHub;
import io.herd.job.resolve.LocatedModel;
import io.herd.job.resolve.ModelLocator;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.HerdException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.HubModel;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.WhoAmI;
import io.herd.udfs.partition.SnapshotColumns;
import io.herd.udfs.runtime.Devices;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code herd check}: a checklist, a tick or a cross each, that ends at the first cross with its
 * reason. It loads no weights and reads no more than a sample of the input.
 */
final class CheckVerb {
  private static final int SAMPLE = 20;

  private final SparkSession spark;
  private final Settings settings;
  private final PrintStream out;

  CheckVerb(SparkSession spark, Settings settings, PrintStream out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  ExitCode run() {
    look();
    return ExitCode.DONE;
  }

  /** Asks every node, too. */
  ExitCode runOnCluster() {
    new NodeChecks(spark, settings, this::tick).run(look());
    return ExitCode.DONE;
  }

  private ResolvedModel look() {
    tick("configuration", "read");
    ResolvedModel model = check("tokenizer", this::model, this::describe);
    check("memory", () -> memory(model), text -> text);
    Dataset<Row> source =
        check("input", () -> Source.open(spark, settings), rows -> columns(rows.columns()));
    check("prompts", () -> sample(source, model), text -> text);
    check("output", () -> output(source), target -> target + " can be written");
    return model;
  }

  private ResolvedModel model() {
    ModelLocator locator = new ModelLocator(spark, settings, bytes -> new FetchLine(out, bytes));
    if (settings.model().id().isEmpty()) {
      return locator.resolve(check("model", locator::locate, this::files));
    }
    DriverHub hub = locator.hub();
    check("token", hub::token, token -> found(hub));
    if (hub.offline()) {
      return locator.resolve(check("model", () -> locator.cached(hub), this::files));
    }
    HubModel proven = check("access", hub::prove, this::access);
    proven.notes().forEach(note -> tick("note", note));
    return locator.resolve(check("files", () -> locator.proven(hub, proven), this::files));
  }

  private static String found(DriverHub hub) {
    return hub.token()
        .map(
            token ->
                "in "
                    + token.source()
                    + (token.shadowed().isEmpty()
                        ? ""
                        : "; it hides another in " + String.join(", ", token.shadowed()))
                    + token.notes().stream().map(note -> "; " + note).collect(Collectors.joining()))
        .orElse("none, which is right for models without a gate");
  }

  private String access(HubModel proven) {
    return String.format(
        "%s at %s (%s), %s",
        proven.id(),
        proven.revision(),
        proven.manifest().commit(),
        proven.tokenNeeded()
            ? "as " + proven.account().map(WhoAmI::name).orElse("the token's account")
            : "open to all: no token was sent");
  }

  private String files(LocatedModel located) {
    ModelManifest manifest = located.manifest();
    return String.format(
        Locale.ROOT,
        "%d files, %.2f GB, %s",
        manifest.files().size(),
        manifest.bytes() / 1e9,
        located.location().text());
  }

  private String describe(ResolvedModel model) {
    return String.format(
        Locale.ROOT,
        "%s, %.1f M weights, %s, rows up to %,d tokens, %s",
        model.manifest().id(),
        model.spec().parameters() / 1e6,
        model.dtype().text(),
        model.maxLength(),
        model.chatTemplate() == null ? "no chat template" : "has a chat template");
  }

  private String memory(ResolvedModel model) {
    long weights = model.weightBytes();
    long free = Devices.hostFreeBytes();
    if (spark.sparkContext().isLocal() && weights > free) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the weights take %.1f GB in %s, and %.1f GB are free here",
              weights / 1e9,
              model.dtype().text(),
              free / 1e9),
          "use a machine with more memory, a smaller model, or herd.model.dtype=bfloat16.");
    }
    return String.format(
        Locale.ROOT,
        "weights %.2f GB, %.1f kB of cache per token%s",
        weights / 1e9,
        model.spec().kvBytesPerToken(model.dtype()) / 1e3,
        spark.sparkContext().isLocal()
            ? String.format(Locale.ROOT, "; %.1f GB are free here", free / 1e9)
            : "; --cluster asks the executors what they have");
  }

  private static String columns(String[] columns) {
    return "columns " + String.join(", ", columns);
  }

  private String sample(Dataset<Row> source, ResolvedModel model) {
    List<Row> rows =
        Snapshot.prepared(source.limit(SAMPLE), settings, model)
            .select(SnapshotColumns.IDS, SnapshotColumns.ERROR)
            .collectAsList();
    if (rows.isEmpty()) {
      throw new UserException("the input has no rows", "check herd.input.");
    }
    List<String> errors =
        rows.stream().filter(row -> !row.isNullAt(1)).map(row -> row.getString(1)).toList();
    if (errors.size() == rows.size()) {
      throw new UserException(
          "none of the first " + rows.size() + " rows has a prompt: " + errors.get(0),
          "check herd.prompt and the input's columns.");
    }
    int longest =
        rows.stream()
            .filter(row -> row.isNullAt(1))
            .mapToInt(row -> row.getList(0).size())
            .max()
            .orElse(0);
    return String.format(
        "%d sampled, up to %d tokens%s",
        rows.size(),
        longest,
        errors.isEmpty() ? "" : "; " + errors.size() + " would fail: " + errors.get(0));
  }

  private String output(Dataset<Row> source) {
    WorkDir workDir =
        new WorkDir(settings.run().workDir(), spark.sparkContext().hadoopConfiguration());
    Publisher publisher = new Publisher(spark, settings, workDir);
    publisher.check(workDir.state());
    publisher.tryOut(SnapshotColumns.schema(source.schema()));
    return publisher.target();
  }

  private <T> T check(
      String name, Supplier<T> body, java.util.function.Function<T, String> describe) {
    try {
      T result = body.get();
      tick(name, describe.apply(result));
      return result;
    } catch (HerdException e) {
      out.printf("  ✗ %s%n", name);
      throw e;
    }
  }

  private void tick(String name, String text) {
    out.printf("  ✓ %-17s %s%n", name, text);
  }
}
