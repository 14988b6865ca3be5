package io.herd.udfs.hub;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The Hub cache of this host, in the layout that all Hub clients share: what another client fetched
 * is used, and others can use what this one fetched.
 */
public final class ModelCache {
  private final Path cache;

  /**
   * @param cache the folder that {@code HF_HUB_CACHE} names; it need not be there yet
   */
  public ModelCache(Path cache) {
    this.cache = cache;
  }

  /** Where it lies. */
  public Path folder() {
    return cache;
  }

  /**
   * Sees to it that the wanted files are here, whole and with the content that the manifest names.
   * Nothing is asked of the source when they are. One process of a host downloads a model at a
   * time; the others wait and then find it.
   *
   * @return the folder that holds them, under their names
   * @throws io.herd.udfs.SystemException when a download or the disk fails
   * @throws io.herd.udfs.UserException when the source refuses
   */
  public Path fetch(
      ModelManifest manifest,
      Predicate<ModelManifest.Entry> wanted,
      FileSource source,
      FetchProgress progress)
      throws InterruptedException {
    throw new UnsupportedOperationException(cache + " " + manifest + wanted + source + progress);
  }

  /**
   * Notes which commit a branch or tag stands for, so that {@link #cached} finds it. To be called
   * after all files were fetched; a cache that can't be written to stays as it is.
   */
  public void remember(ModelManifest manifest, String revision) {
    throw new UnsupportedOperationException(manifest + revision);
  }

  /**
   * What the cache holds of a model, without asking the Hub; empty unless it is complete. The
   * content isn't checked: {@link #fetch} does that.
   *
   * @param revision a branch, a tag or a commit
   */
  public Optional<ModelManifest> cached(String id, String revision) {
    throw new UnsupportedOperationException(id + revision);
  }
}
