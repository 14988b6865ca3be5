package io.herd.udfs.hub.cache;

import io.herd.udfs.SystemException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes the cache: links existing files, and downloads missing ones. */
record ModelDownload(
    RepoFolder folder,
    Path snapshot,
    FetchSettings settings,
    FetchProgress progress,
    HostLock lock) {
  private static final Logger LOG = LoggerFactory.getLogger(ModelDownload.class);

  void run(List<ModelManifest.Entry> files, FileSource source) throws InterruptedException {
    try {
      List<ModelManifest.Entry> absent = new ArrayList<>();
      for (ModelManifest.Entry file : files) {
        if (file.matches(folder.blob(file))) {
          link(file);
        } else {
          absent.add(file);
          sayDamaged(file);
        }
      }
      fetch(absent, source);
    } catch (IOException e) {
      throw settings.disk().refusal(folder.root(), e);
    }
  }

  private void sayDamaged(ModelManifest.Entry file) {
    Path name = RepoFolder.inside(snapshot, file.name());
    if (Files.exists(name)) {
      LOG.warn("{} is damaged: its content isn't what the Hub has. Fetching it again.", name);
    }
  }

  private void fetch(List<ModelManifest.Entry> files, FileSource source)
      throws IOException, InterruptedException {
    long bytes = files.stream().mapToLong(ModelManifest.Entry::bytes).sum();
    if (files.isEmpty()) {
      return;
    }
    settings.disk().require(folder.blobs(), bytes - Math.min(bytes, lock.leftBytes()));
    progress.expected(bytes);
    List<ModelManifest.Entry> wrong = round(files, source, source.parallel());
    if (!wrong.isEmpty()) {
      LOG.warn("{} arrived with the wrong content, fetching again in one piece", names(wrong));
      wrong = round(wrong, source, false);
    }
    if (!wrong.isEmpty()) {
      throw new SystemException(
          "what arrives as "
              + names(wrong)
              + " of "
              + folder.id()
              + " is not the content that the Hub names (its hash differs)",
          "run again; if it stays so, a proxy or mirror in between changes or truncates files.",
          null);
    }
  }

  private static List<String> names(List<ModelManifest.Entry> files) {
    return files.stream().map(ModelManifest.Entry::name).toList();
  }

  /** Returns the files whose content was wrong. */
  private List<ModelManifest.Entry> round(
      List<ModelManifest.Entry> files, FileSource source, boolean parallel)
      throws IOException, InterruptedException {
    List<BlobDownload> downloads = new ArrayList<>();
    List<CompletableFuture<Boolean>> right = new ArrayList<>();
    try (Workers workers = new Workers()) {
      for (ModelManifest.Entry file : files) {
        BlobDownload download = create(file);
        downloads.add(download);
        right.add(
            download.start(source, parallel, workers).thenApply(whole -> whole && linked(file)));
      }
      Workers.await(right);
      List<ModelManifest.Entry> wrong = new ArrayList<>(files);
      wrong.removeIf(file -> right.get(files.indexOf(file)).join());
      return wrong;
    } finally {
      downloads.forEach(BlobDownload::close);
    }
  }

  private BlobDownload create(ModelManifest.Entry file) throws IOException {
    Path blob = folder.blob(file);
    Optional<Leftover> left = lock.takeLeftover(blob);
    if (left.isEmpty()) {
      left = Optional.of(Leftover.of(ModelCache.unique(blob, "incomplete")));
      lock.note(left.get().file());
    } else {
      LOG.info("going on with {} bytes of {} that are there", left.get().bytes(), file.name());
    }
    return new BlobDownload(file, blob, left.get(), lock, settings, progress);
  }

  private boolean linked(ModelManifest.Entry file) {
    try {
      link(file);
      return true;
    } catch (IOException e) {
      throw settings.disk().refusal(snapshot, e);
    }
  }

  private void link(ModelManifest.Entry file) throws IOException {
    Path name = RepoFolder.inside(snapshot, file.name());
    Path blob = folder.blob(file);
    Path target = name.getParent().relativize(blob);
    if (Files.isSymbolicLink(name) && Files.readSymbolicLink(name).equals(target)) {
      return;
    }
    Files.createDirectories(name.getParent());
    Path fresh = ModelCache.unique(name, "tmp");
    try {
      settings.disk().link(fresh, target);
      Files.move(fresh, name, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UnsupportedOperationException e) {
      // Where there are no links, the snapshot holds the file itself, as with other clients.
      Files.move(blob, name, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
