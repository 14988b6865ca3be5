package io.herd.udfs.partition;

import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.FoundToken;
import io.herd.udfs.hub.HubClient;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.hub.ModelLocation;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.hub.cache.ModelCache;
import io.herd.udfs.model.ModelFolder;
import io.herd.udfs.runtime.ModelFiles;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * How an executor gets the model's files, as the driver resolved them. It travels with every task;
 * the token travels apart from it, in a broadcast.
 *
 * @param adapterLocations of the manifest's adapters
 * @param cacheFolder the configured Hub cache of each host, or null for what its environment says
 * @param token null when none is needed
 * @param fetched gets the bytes that arrive
 */
public record ExecutorFiles(
    ModelManifest manifest,
    ModelLocation location,
    List<ModelLocation> adapterLocations,
    String cacheFolder,
    Broadcast<Secret> token,
    Broadcast<SerializableConfiguration> hadoop,
    LongAccumulator fetched)
    implements ModelFiles, Serializable {

  public ExecutorFiles {
    adapterLocations = List.copyOf(adapterLocations);
  }

  @Override
  public Path small() throws InterruptedException {
    return folder(manifest, location, file -> !file.weights());
  }

  @Override
  public Path whole() throws InterruptedException {
    return folder(manifest, location, file -> true);
  }

  @Override
  public List<ModelFolder.Adapter> adapters() throws InterruptedException {
    List<ModelFolder.Adapter> adapters = new ArrayList<>();
    for (int i = 0; i < adapterLocations.size(); i++) {
      ModelManifest.Adapter adapter = manifest.adapters().get(i);
      Path folder = folder(adapter.files(), adapterLocations.get(i), file -> true);
      adapters.add(new ModelFolder.Adapter(folder, adapter.weight()));
    }
    return adapters;
  }

  private Path folder(
      ModelManifest files, ModelLocation from, Predicate<ModelManifest.Entry> wanted)
      throws InterruptedException {
    return from instanceof ModelLocation.Folder folder
        ? Path.of(folder.path())
        : cache().fetch(files, wanted, source(files, from), progress());
  }

  /** Verifies the files; those from the cache were hashed there. */
  @Override
  public void verify() {
    verify(manifest, location);
    for (int i = 0; i < adapterLocations.size(); i++) {
      verify(manifest.adapters().get(i).files(), adapterLocations.get(i));
    }
  }

  private static void verify(ModelManifest files, ModelLocation at) {
    if (at instanceof ModelLocation.Folder folder) {
      files.verify(Path.of(folder.path()));
    }
  }

  /** Returns the cache of this host. */
  public ModelCache cache() {
    return new ModelCache(
        cacheFolder == null ? HubEnvironment.current().cache() : Path.of(cacheFolder));
  }

  private FileSource source(ModelManifest files, ModelLocation from) {
    if (from instanceof ModelLocation.Hub hub) {
      return new JitteredSource(hub(hub.endpoint(), files), hub.spreadSeconds());
    } else if (from instanceof ModelLocation.Staged staged) {
      return new StagedSource(staged.folder(), hadoop.value().value());
    }
    return new NoSource(files.id());
  }

  private FileSource hub(String endpoint, ModelManifest files) {
    Optional<FoundToken> found =
        Optional.ofNullable(token)
            .map(secret -> new FoundToken(secret.value(), "the driver", List.of()));
    HubEnvironment environment = HubEnvironment.current().withEndpoint(URI.create(endpoint));
    return new HubClient(environment, found).files(RepoId.of(files.id()), files.commit());
  }

  private FetchProgress progress() {
    return bytes -> {
      synchronized (fetched) { // accumulators are made for one thread
        fetched.add(bytes);
      }
    };
  }

  /** Allows no download: the files have to exist. */
  private record NoSource(String model) implements FileSource {
    @Override
    public java.io.InputStream open(ModelManifest.Entry file, long from, long to) {
      throw new UserException(
          file.name()
              + " of "
              + model
              + " is not in this host's Hub cache, and herd.model.distribution is local",
          "put it there with submit/herd fetch, or set herd.model.distribution=hub.");
    }

    @Override
    public boolean parallel() {
      return false;
    }
  }
}
