package io.herd.udfs.hub.cache;

import io.herd.udfs.SystemException;
import io.herd.udfs.files.BoundedFile;
import io.herd.udfs.files.Links;
import io.herd.udfs.files.PrivateFolder;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.RepoKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Hub cache of this host, in the layout that all Hub clients share: each client can use what
 * another one downloaded.
 */
public final class ModelCache {
  private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
  private static final int MAX_REF_BYTES = 1 << 20;

  private final Path cache;
  private final FetchSettings settings;

  /**
   * @param cache the folder that {@code HF_HUB_CACHE} names; it need not be there yet
   */
  public ModelCache(Path cache) {
    this(cache, FetchSettings.standard());
  }

  ModelCache(Path cache, FetchSettings settings) {
    this.cache = cache;
    this.settings = settings;
  }

  /** Returns the cache's folder. */
  public Path folder() {
    return cache;
  }

  /**
   * Ensures that the wanted files are here, complete and with the content that the manifest names.
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
    RepoFolder folder = new RepoFolder(cache, manifest.id());
    Path snapshot = folder.snapshot(manifest.commit());
    List<ModelManifest.Entry> missing =
        missing(manifest.files().stream().filter(wanted).toList(), snapshot);
    if (!missing.isEmpty()) {
      prepare(folder);
      try (HostLock lock =
          HostLock.acquire(folder.lock(), folder.blobs(), settings.lockPatience())) {
        new ModelDownload(folder, snapshot, settings, progress, lock)
            .run(missing(missing, snapshot), source);
      }
    }
    return snapshot;
  }

  /** Hashes existing files, several at a time. */
  private List<ModelManifest.Entry> missing(List<ModelManifest.Entry> files, Path snapshot)
      throws InterruptedException {
    try (Workers workers = new Workers()) {
      List<CompletableFuture<Boolean>> present =
          files.stream()
              .map(
                  file ->
                      CompletableFuture.supplyAsync(
                          () -> isPresent(file, snapshot), workers.hashers()))
              .toList();
      Workers.await(present);
      return IntStream.range(0, files.size())
          .filter(i -> !present.get(i).join())
          .mapToObj(files::get)
          .toList();
    }
  }

  private static boolean isPresent(ModelManifest.Entry file, Path snapshot) {
    Path path = RepoFolder.inside(snapshot, file.name());
    try {
      return Files.exists(path) && Links.stayInside(snapshot, path) && file.matches(path);
    } catch (IOException e) {
      LOG.warn("can't read {}, so it is fetched again: {}", path, e.toString());
      return false;
    }
  }

  private void prepare(RepoFolder folder) {
    try {
      PrivateFolder.make(cache);
      Files.createDirectories(folder.blobs());
      Path tag = cache.resolve("CACHEDIR.TAG"); // tells backup programs to leave the cache out
      if (!Files.exists(tag, LinkOption.NOFOLLOW_LINKS)) {
        put(tag, "Signature: 8a477f597d28d172789f06886806bc55\n");
      }
    } catch (IOException e) {
      throw settings.disk().refusal(cache, e);
    }
  }

  /**
   * Records the commit of a branch or tag, so that {@link #cached} finds it. To be called after all
   * files were fetched; a cache that can't be written to stays as it is.
   */
  public void remember(ModelManifest manifest, String revision) {
    RepoFolder folder = new RepoFolder(cache, manifest.id());
    Path ref = folder.ref(revision);
    if (revision.equals(manifest.commit())
        || !Files.isDirectory(folder.snapshot(manifest.commit()))) {
      return; // a reference to nothing counts as damage to the cache
    }
    try {
      Files.createDirectories(ref.getParent());
      put(ref, manifest.commit());
    } catch (IOException e) {
      LOG.info("can't note in {} what {} stands for: {}", cache, revision, e.toString());
    }
  }

  /**
   * Records a model's new name, so that {@link #cached} finds it under its old one; a read-only
   * cache doesn't change.
   */
  public void renamed(String from, String to) {
    Path note = new RepoFolder(cache, from).renamed();
    try {
      if (Files.isDirectory(new RepoFolder(cache, to).root())) {
        PrivateFolder.make(note.getParent());
        put(note, to);
      }
    } catch (IOException e) {
      LOG.info("can't note in {} that {} is {} now: {}", cache, from, to, e.toString());
    }
  }

  /** Writes a text atomically and without a line end, because other clients read it verbatim. */
  private static void put(Path note, String text) throws IOException {
    if (!Files.exists(note) || !Files.readString(note).equals(text)) {
      Path fresh = unique(note, "tmp");
      Files.writeString(fresh, text, StandardCharsets.US_ASCII);
      Files.move(fresh, note, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Returns a model's folder, which may have a later name. */
  private RepoFolder folder(String id) throws IOException {
    Path note = new RepoFolder(cache, id).renamed();
    if (!Files.isRegularFile(note)) {
      return new RepoFolder(cache, id);
    }
    String to = BoundedFile.text(note, MAX_REF_BYTES).strip();
    if (!RepoId.valid(to)) {
      throw new IOException(note + " names no model");
    }
    return new RepoFolder(cache, to);
  }

  /** Returns a name next to a file that no other process uses. */
  static Path unique(Path file, String ending) {
    String random = String.format(Locale.ROOT, "%08x", ThreadLocalRandom.current().nextInt());
    return file.resolveSibling(file.getFileName() + "." + random + "." + ending);
  }

  /**
   * Returns a model's files in the cache, without calling the Hub; empty unless they are complete.
   * The content isn't checked: {@link #fetch} does that.
   *
   * @param revision a branch, a tag or a commit
   */
  public Optional<ModelManifest> cached(String id, String revision) {
    return cached(id, revision, RepoKind.MODEL);
  }

  /** Returns the files of a model or an adapter in the cache; empty unless they are complete. */
  public Optional<ModelManifest> cached(String id, String revision, RepoKind kind) {
    try {
      RepoFolder folder = folder(id);
      Path ref = folder.ref(revision);
      String commit = revision;
      if (!RepoFolder.isCommit(revision)) {
        if (!Files.isRegularFile(ref)) {
          return Optional.empty();
        }
        commit = BoundedFile.text(ref, MAX_REF_BYTES).strip();
        if (!RepoFolder.isCommit(commit)) {
          throw new IOException(ref + " names no commit");
        }
      }
      return CachedSnapshot.read(folder, commit, kind);
    } catch (IOException e) {
      throw new SystemException("can't read the model cache " + cache + " for " + id, e);
    }
  }
}
