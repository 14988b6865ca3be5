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
import io.herd.udfs.runtime.LocalFiles;
import io.herd.udfs.runtime.ModelFiles;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * How an executor comes by the model's files, as the driver resolved it. It travels with every
 * task; the token travels apart from it, in a broadcast.
 *
 * @param cacheFolder the configured Hub cache of each host, or null for what its environment says
 * @param token null when none is needed
 * @param fetched gets the bytes that arrive
 */
public record ExecutorFiles(
    ModelManifest manifest,
    ModelLocation location,
    String cacheFolder,
    Broadcast<Secret> token,
    Broadcast<SerializableConfiguration> hadoop,
    LongAccumulator fetched)
    implements ModelFiles, Serializable {

  @Override
  public Path small() throws InterruptedException {
    return location instanceof ModelLocation.Folder folder
        ? local(folder).small()
        : cache().fetch(manifest, file -> !file.weights(), source(), progress());
  }

  @Override
  public Path whole() throws InterruptedException {
    return location instanceof ModelLocation.Folder folder
        ? local(folder).whole()
        : cache().fetch(manifest, file -> true, source(), progress());
  }

  @Override
  public void verify() {
    if (location instanceof ModelLocation.Folder folder) {
      local(folder).verify();
    }
  }

  private LocalFiles local(ModelLocation.Folder folder) {
    return new LocalFiles(Path.of(folder.path()), manifest);
  }

  /** The cache of this host. */
  public ModelCache cache() {
    return new ModelCache(
        cacheFolder == null ? HubEnvironment.current().cache() : Path.of(cacheFolder));
  }

  private FileSource source() {
    if (location instanceof ModelLocation.Hub hub) {
      return new JitteredSource(hub(hub.endpoint()), hub.spreadSeconds());
    } else if (location instanceof ModelLocation.Staged staged) {
      return new StagedSource(staged.folder(), hadoop.value().value());
    }
    return new NoSource(manifest.id());
  }

  private FileSource hub(String endpoint) {
    Optional<FoundToken> found =
        Optional.ofNullable(token)
            .map(secret -> new FoundToken(secret.value(), "the driver", List.of()));
    HubEnvironment environment = HubEnvironment.current().withEndpoint(URI.create(endpoint));
    return new HubClient(environment, found).files(RepoId.of(manifest.id()), manifest.commit());
  }

  private FetchProgress progress() {
    return bytes -> {
      synchronized (fetched) { // accumulators are made for one thread
        fetched.add(bytes);
      }
    };
  }

  /** Nothing may be fetched: the files are to be there. */
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
