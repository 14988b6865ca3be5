package io.herd.job.resolve;

import io.herd.job.config.AdapterSource;
import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FoundToken;
import io.herd.udfs.hub.HubModel;
import io.herd.udfs.hub.ModelCard;
import io.herd.udfs.hub.ModelLocation;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoKind;
import io.herd.udfs.hub.RepoRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** Finds the configured model, and decides how executors get its files. */
public final class ModelLocator {
  private final SparkSession spark;
  private final Settings settings;
  private final Listener listener;
  private final Set<String> noted = new HashSet<>();
  private DriverHub hub;

  /** Receives progress and notes for the user. */
  public interface Listener {
    /** A download begins, of {@code bytes}. */
    FetchProgress fetching(long bytes);

    /** Reports a note about the token, if it is needed, or about the model. */
    void note(String text);
  }

  public ModelLocator(SparkSession spark, Settings settings, Listener listener) {
    this.spark = spark;
    this.settings = settings;
    this.listener = listener;
  }

  /** Returns a folder, or a model on the Hub after its access check; with its adapters. */
  public LocatedModel locate() {
    return withAdapters(base());
  }

  /** Returns the model without its adapters. */
  public LocatedModel base() {
    if (settings.model().path().isPresent()) {
      return folder(
          settings.model().path().get(),
          kind() == RepoKind.TOKENIZER ? ModelManifest::ofTokenizer : ModelManifest::ofFolder);
    }
    return located(hub().model(), kind());
  }

  /** Returns the needed parts of the model: with servers, no weights. */
  public RepoKind kind() {
    return settings.engine().remote() ? RepoKind.TOKENIZER : RepoKind.MODEL;
  }

  /** Adds the configured adapters to a located model. */
  public LocatedModel withAdapters(LocatedModel model) {
    List<AdapterSource> sources = settings.model().adapters();
    List<LocatedModel> adapters = new ArrayList<>();
    for (AdapterSource source : sources) {
      LocatedModel adapter =
          source
              .repository()
              .map(asked -> located(asked, RepoKind.ADAPTER))
              .orElseGet(() -> folder(source.folder(), ModelManifest::ofAdapter));
      AdapterBase.note(adapter, model).ifPresent(this::note);
      adapters.add(adapter);
    }
    return model.with(adapters, sources.stream().map(AdapterSource::weight).toList());
  }

  private LocatedModel located(RepoRef asked, RepoKind kind) {
    return hub().offline() ? cached(asked, kind) : proven(asked, kind, prove(asked, kind));
  }

  /** Returns the configured Hub, one for everything that is located. */
  public DriverHub hub() {
    if (hub == null) {
      hub = new DriverHub(settings, spark.sparkContext().hadoopConfiguration());
    }
    return hub;
  }

  /** Passes a note on, unless it repeats an earlier one. */
  private void note(String text) {
    if (noted.add(text)) {
      listener.note(text);
    }
  }

  private static LocatedModel folder(Path path, Function<Path, ModelManifest> describe) {
    return new LocatedModel(
        path,
        true,
        describe.apply(path),
        new ModelLocation.Folder(path.toString()),
        Optional.empty(),
        new Origin(Origin.LOCAL, ModelCard.of(path)));
  }

  /** Returns a repository from this machine's cache, verified. */
  public LocatedModel cached(RepoRef asked, RepoKind kind) {
    ModelManifest manifest = hub().cached(asked, kind);
    Path folder = hub().fetch(manifest, file -> true, FetchProgress.NONE);
    return new LocatedModel(
        folder,
        true,
        manifest.withDigestsOf(folder), // as when the Hub is asked: results keep their keys
        new ModelLocation.Cached(),
        Optional.empty(),
        new Origin(asked.revision(), ModelCard.NONE));
  }

  private HubModel prove(RepoRef asked, RepoKind kind) {
    HubModel model = hub().prove(asked, kind);
    if (model.tokenNeeded()) {
      hub().token().orElseThrow().notes().forEach(this::note);
    }
    model.notes().forEach(this::note);
    return model;
  }

  /**
   * Gets the files once the Hub has granted access, and decides where executors get theirs. An
   * adapter comes to the driver as a whole, which checks that it fits the model.
   */
  public LocatedModel proven(RepoRef asked, RepoKind kind, HubModel model) {
    Distribution distribution = new Distribution(spark, settings);
    boolean staged =
        kind != RepoKind.TOKENIZER && distribution.chosen() == Settings.Distribution.STAGED;
    boolean local = spark.sparkContext().isLocal(); // then the driver's cache is the executor's
    boolean whole = staged || local || kind == RepoKind.ADAPTER;
    ModelManifest manifest = model.manifest();
    Path folder =
        whole
            ? hub().fetch(manifest, file -> true, listener.fetching(manifest.bytes()))
            : hub().fetch(manifest, file -> !file.weights(), FetchProgress.NONE);
    if (whole) {
      hub().remember(manifest, asked);
    }
    ModelManifest known = manifest.withDigestsOf(folder);
    Origin origin = new Origin(asked.revision(), model.card());
    if (!staged) {
      return new LocatedModel(
          folder,
          whole,
          known,
          new ModelLocation.Hub(
              hub().environment().endpoint().toString(), distribution.spreadSeconds()),
          model.tokenNeeded() ? hub().token().map(FoundToken::secret) : Optional.empty(),
          origin);
    }
    Staging staging =
        new Staging(distribution.staging(), known, spark.sparkContext().hadoopConfiguration());
    staging.fill(known, folder, listener.fetching(known.bytes()));
    return new LocatedModel(
        folder, true, known, new ModelLocation.Staged(staging.folder()), Optional.empty(), origin);
  }

  /** Checks a located model. */
  public ResolvedModel resolve(LocatedModel located) {
    return ResolvedModel.of(spark, settings, located);
  }

  /** Downloads the model and its adapters into this machine's cache, or stages them. */
  public Path fetch() {
    boolean model = settings.model().id().isPresent();
    List<RepoRef> adapters =
        settings.model().adapters().stream().flatMap(each -> each.repository().stream()).toList();
    if (!model && adapters.isEmpty()) {
      throw new UserException(
          "herd.model.path names a local folder: there is nothing to fetch",
          "set herd.model.id to a model of the Hub instead.");
    }
    Path last = null;
    for (RepoRef adapter : adapters) {
      last = fetch(adapter, RepoKind.ADAPTER);
    }
    return model ? fetch(hub().model(), kind()) : last;
  }

  private Path fetch(RepoRef asked, RepoKind kind) {
    LocatedModel located = proven(asked, kind, prove(asked, kind));
    if (!located.complete()) {
      ModelManifest manifest = located.manifest();
      hub().fetch(manifest, file -> true, listener.fetching(manifest.bytes()));
      hub().remember(manifest, asked);
    }
    return located.folder();
  }
}
