package io.herd.udfs.hub.cache;

import io.herd.udfs.files.BoundedFile;
import io.herd.udfs.files.Digests;
import io.herd.udfs.files.Links;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.NeededFiles;
import io.herd.udfs.hub.RepoKind;
import io.herd.udfs.hub.ShardIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Reads a model's files from a snapshot of the cache, when the Hub can't be called. */
final class CachedSnapshot {
  private CachedSnapshot() {}

  /** Returns the manifest; empty unless everything that a model or an adapter needs exists. */
  static Optional<ModelManifest> read(RepoFolder folder, String commit, RepoKind kind)
      throws IOException {
    Path snapshot = folder.snapshot(commit);
    List<ModelManifest.Entry> files = new ArrayList<>();
    for (String name : names(snapshot, kind)) {
      Path file = RepoFolder.inside(snapshot, name);
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      Links.requireInside(snapshot, file);
      files.add(entry(name, file));
    }
    return Optional.of(new ModelManifest(folder.id(), commit, files));
  }

  private static Collection<String> names(Path snapshot, RepoKind kind) throws IOException {
    if (kind == RepoKind.ADAPTER) {
      return NeededFiles.ADAPTER;
    }
    TreeSet<String> names = new TreeSet<>();
    NeededFiles.SMALL.stream()
        .filter(name -> Files.exists(snapshot.resolve(name)))
        .forEach(names::add);
    if (kind == RepoKind.TOKENIZER) {
      names.add(NeededFiles.TOKENIZER);
    } else {
      names.addAll(NeededFiles.REQUIRED);
      names.addAll(weights(snapshot));
    }
    return names;
  }

  private static List<String> weights(Path snapshot) throws IOException {
    Path index = snapshot.resolve(NeededFiles.INDEX);
    if (Files.exists(snapshot.resolve(NeededFiles.SINGLE)) || !Files.exists(index)) {
      return List.of(NeededFiles.SINGLE);
    }
    List<String> names = new ArrayList<>(List.of(NeededFiles.INDEX));
    names.addAll(
        ShardIndex.names(
            BoundedFile.json(index, ShardIndex.MOST_BYTES, "remove it: it is fetched again."),
            index.toString()));
    return names;
  }

  /**
   * Uses the blob's name as its hash; a cache without links has no blobs, so its files are hashed.
   */
  private static ModelManifest.Entry entry(String name, Path file) throws IOException {
    long bytes = Files.size(file);
    String hash = "";
    if (Files.isSymbolicLink(file)) {
      hash = Files.readSymbolicLink(file).getFileName().toString();
    }
    if (!RepoFolder.isHash(hash)) {
      hash = name.endsWith(".safetensors") ? Digests.sha256(file) : Digests.gitBlob(file);
    }
    return new ModelManifest.Entry(name, bytes, hash.length() == 64 ? hash : null, hash);
  }
}
