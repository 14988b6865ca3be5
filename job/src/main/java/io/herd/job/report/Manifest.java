package io.herd.job.report;

import io.herd.job.cascade.CascadeReport;
import io.herd.job.resolve.Origin;
import io.herd.job.resolve.ResolvedModel;
import io.herd.job.workdir.RunState;
import io.herd.udfs.endpoint.Served;
import io.herd.udfs.hub.ModelManifest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The origin of a published output; {@code manifest.json} has these fields under these names. It is
 * written last of all, so that where it is, the run is done; it is removed when the next run begins
 * to publish.
 *
 * @param schema of this file
 * @param herd version
 * @param run its name, as files, tables and commits of the output have it
 * @param publication the digest that the work-dir's state knows this output by
 * @param outcome as in {@code run.json}
 * @param output path or table
 * @param keysSha256 see {@link io.herd.job.output.OutputKeys}
 * @param model of a cascade the small one
 * @param cascade null where one model answered all rows
 */
public record Manifest(
    int schema,
    String herd,
    String run,
    String publication,
    String outcome,
    String output,
    RowCounts rows,
    String keysSha256,
    Model model,
    Cascade cascade,
    Map<String, Object> configuration) {

  /** The large model of a cascade, and what was promised of both. */
  public record Cascade(Model model, CascadeReport promise) {
    static Cascade of(RunReport report, ResolvedModel small) {
      return small
          .large()
          .map(large -> new Cascade(Manifest.model(large), report.cascade()))
          .orElse(null);
    }
  }

  /** A run's output: the run's name, the digest and the path or table. */
  public record Publication(String run, String digest, String target) {}

  /** Rows of the input and of the output, with and without a result. */
  public record RowCounts(long in, long out, long ok, long failed) {}

  /**
   * The model as it was used.
   *
   * @param revision as the configuration names it
   * @param licence as its card states it, or null
   * @param dtype of the numbers; what is known of the server where one computed
   * @param endpoint null where Herd's own engines computed
   */
  public record Model(
      String id,
      String commit,
      String revision,
      String licence,
      String dtype,
      List<ModelFile> files,
      List<Adapter> adapters,
      Endpoint endpoint) {}

  /**
   * The server that computed, as it declared itself.
   *
   * @param promise what can't be promised of it
   */
  public record Endpoint(
      String model, String root, String software, String version, String promise) {
    private static final String PROMISE =
        "Herd can't verify weights, precision and texts: it saw neither the weights nor their"
            + " digests, and the same request may get another answer later, or beside other"
            + " requests.";

    static Endpoint of(Served served) {
      return new Endpoint(
          served.model(), served.root(), served.software(), served.version(), PROMISE);
    }
  }

  /** An adapter of the model, as it was used. */
  public record Adapter(
      String id,
      String commit,
      String revision,
      String licence,
      double weight,
      List<ModelFile> files) {
    static Adapter of(ModelManifest.Adapter adapter, Origin origin) {
      return new Adapter(
          adapter.files().id(),
          adapter.files().commit(),
          origin.revision(),
          origin.card().licence().orElse(null),
          adapter.weight(),
          ModelFile.all(adapter.files()));
    }
  }

  /**
   * A file of the model.
   *
   * @param sha256 null for a small file of the Hub's that this run didn't read
   * @param gitBlob the Hub's name of a small file's content, or null
   */
  public record ModelFile(String name, long bytes, String sha256, String gitBlob) {
    static List<ModelFile> all(ModelManifest manifest) {
      return manifest.files().stream().map(ModelFile::of).toList();
    }

    static ModelFile of(ModelManifest.Entry entry) {
      boolean named = entry.blobId() != null && !entry.blobId().equals(entry.sha256());
      return new ModelFile(
          entry.name(), entry.bytes(), entry.sha256(), named ? entry.blobId() : null);
    }
  }

  /** Creates the manifest of a run that succeeds. */
  public static Manifest of(
      RunReport report, ResolvedModel model, Publication publication, String keys) {
    String version = Manifest.class.getPackage().getImplementationVersion();
    return new Manifest(
        RunState.SCHEMA,
        version == null ? "not packaged" : version,
        publication.run(),
        publication.digest(),
        report.outcome(),
        publication.target(),
        new RowCounts(report.rowsIn(), report.rowsOut(), report.rowsOk(), report.rowsFailed()),
        keys,
        model(model),
        Cascade.of(report, model),
        report.configuration());
  }

  private static Model model(ResolvedModel model) {
    List<ModelManifest.Adapter> adapters = model.manifest().adapters();
    return new Model(
        model.manifest().id(),
        model.manifest().commit(),
        model.origin().revision(),
        model.origin().card().licence().orElse(null),
        model.computing(),
        ModelFile.all(model.manifest()),
        IntStream.range(0, adapters.size())
            .mapToObj(i -> Adapter.of(adapters.get(i), model.adapterOrigins().get(i)))
            .toList(),
        model.remote().map(engine -> Endpoint.of(engine.settings().served())).orElse(null));
  }
}
