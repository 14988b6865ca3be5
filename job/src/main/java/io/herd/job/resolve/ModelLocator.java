package io.herd.job.resolve;

import io.herd.job.config.Settings;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FoundToken;
import io.herd.udfs.hub.HubModel;
import io.herd.udfs.hub.ModelLocation;
import io.herd.udfs.hub.ModelManifest;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Finds the model that the settings name, and settles how executors come by it. */
public final class ModelLocator {
  private final SparkSession spark;
  private final Settings settings;
  private final Listener listener;

  /** Hears of what users should see meanwhile. */
  public interface Listener {
    /** A download begins, of {@code bytes}. */
    FetchProgress fetching(long bytes);

    /** Something that the person should know of the token, if it is needed, or of the model. */
    void note(String text);
  }

  public ModelLocator(SparkSession spark, Settings settings, Listener listener) {
    this.spark = spark;
    this.settings = settings;
    this.listener = listener;
  }

  /** A folder, or a model of the Hub after access to it was proven. */
  public LocatedModel locate() {
    if (settings.model().path().isPresent()) {
      return folder(settings.model().path().get());
    }
    DriverHub hub = hub();
    return hub.offline() ? cached(hub) : proven(hub, prove(hub));
  }

  /** The Hub as the settings name it. */
  public DriverHub hub() {
    return new DriverHub(settings, spark.sparkContext().hadoopConfiguration());
  }

  private static LocatedModel folder(Path path) {
    ModelManifest manifest = ModelManifest.ofFolder(path);
    return new LocatedModel(
        path, true, manifest, new ModelLocation.Folder(path.toString()), Optional.empty());
  }

  /** The model as this machine's cache has it, verified. */
  public LocatedModel cached(DriverHub hub) {
    ModelManifest manifest = hub.cached();
    Path folder = hub.fetch(manifest, file -> true, FetchProgress.NONE);
    return new LocatedModel(folder, true, manifest, new ModelLocation.Cached(), Optional.empty());
  }

  private HubModel prove(DriverHub hub) {
    HubModel model = hub.prove();
    if (model.tokenNeeded()) {
      hub.token().orElseThrow().notes().forEach(listener::note);
    }
    model.notes().forEach(listener::note);
    return model;
  }

  /** What follows once the Hub has let us in: the files, and where executors get theirs. */
  public LocatedModel proven(DriverHub hub, HubModel model) {
    Distribution distribution = new Distribution(spark, settings);
    boolean staged = distribution.chosen() == Settings.Distribution.STAGED;
    boolean local = spark.sparkContext().isLocal(); // then the driver's cache is the executor's
    ModelManifest manifest = model.manifest();
    Path folder =
        staged || local
            ? hub.fetch(manifest, file -> true, listener.fetching(manifest.bytes()))
            : hub.fetch(manifest, file -> !file.weights(), FetchProgress.NONE);
    if (staged || local) {
      hub.remember(manifest);
    }
    ModelManifest known = manifest.withDigestsOf(folder);
    if (!staged) {
      return new LocatedModel(
          folder,
          local,
          known,
          new ModelLocation.Hub(
              hub.environment().endpoint().toString(), distribution.spreadSeconds()),
          model.tokenNeeded() ? hub.token().map(FoundToken::secret) : Optional.empty());
    }
    Staging staging =
        new Staging(distribution.staging(), known, spark.sparkContext().hadoopConfiguration());
    staging.fill(known, folder, listener.fetching(known.bytes()));
    return new LocatedModel(
        folder, true, known, new ModelLocation.Staged(staging.folder()), Optional.empty());
  }

  /** Checks a located model. */
  public ResolvedModel resolve(LocatedModel located) {
    return ResolvedModel.of(spark, settings, located);
  }

  /** Downloads all of the model into this machine's cache, or to where it is staged. */
  public Path fetch() {
    if (settings.model().id().isEmpty()) {
      throw new UserException(
          "herd.model.path names a local folder: there is nothing to fetch",
          "set herd.model.id to a model of the Hub instead.");
    }
    DriverHub hub = hub();
    LocatedModel located = proven(hub, prove(hub));
    if (!located.complete()) {
      ModelManifest manifest = located.manifest();
      hub.fetch(manifest, file -> true, listener.fetching(manifest.bytes()));
      hub.remember(manifest);
    }
    return located.folder();
  }
}
