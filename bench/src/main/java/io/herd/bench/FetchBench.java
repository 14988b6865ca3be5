package io.herd.bench;

import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.Handshake;
import io.herd.udfs.hub.HubClient;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.cache.ModelCache;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Fetches a model from the Hub that {@code HF_ENDPOINT} names into the cache that {@code HF_HOME}
 * names, and prints the seconds and the folder.
 *
 * <p>Usage: {@code FetchBench MODEL_ID}
 */
public final class FetchBench {
  private FetchBench() {}

  public static void main(String[] args) throws InterruptedException {
    long begin = System.nanoTime();
    HubEnvironment environment = HubEnvironment.current();
    HubClient client = new HubClient(environment, Optional.empty());
    RepoId id = RepoId.of(args[0]);
    ModelManifest manifest = new Handshake(client).prove(id, "main").manifest();
    Path folder =
        new ModelCache(environment.cache())
            .fetch(manifest, file -> true, client.files(id, manifest.commit()), FetchProgress.NONE);
    System.out.println((System.nanoTime() - begin) / 1e9 + " " + folder);
  }
}
