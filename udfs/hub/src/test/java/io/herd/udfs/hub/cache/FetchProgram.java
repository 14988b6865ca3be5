package io.herd.udfs.hub.cache;

import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.Handshake;
import io.herd.udfs.hub.HubClient;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Fetches an open model in a process of its own: the Hub's address, the model's id, the cache. */
final class FetchProgram {
  static final int PIECE = 1 << 20;

  private FetchProgram() {}

  public static void main(String... arguments) throws InterruptedException {
    fetch(URI.create(arguments[0]), RepoId.of(arguments[1]), Path.of(arguments[2]));
  }

  /** With small pieces. */
  private static FetchSettings settings() {
    FetchSettings usual = FetchSettings.standard();
    return new FetchSettings(usual.disk(), usual.retries(), usual.lockPatience(), PIECE);
  }

  static Path fetch(URI endpoint, RepoId id, Path cache) throws InterruptedException {
    HubEnvironment environment =
        HubEnvironment.of(Map.of("HF_ENDPOINT", endpoint.toString()), cache);
    HubClient client = new HubClient(environment, Optional.empty());
    ModelManifest manifest = new Handshake(client).prove(id, "main").manifest();
    return new ModelCache(cache, settings())
        .fetch(manifest, file -> true, client.files(id, manifest.commit()), FetchProgress.NONE);
  }
}
