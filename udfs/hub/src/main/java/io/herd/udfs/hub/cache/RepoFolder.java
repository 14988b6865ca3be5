package io.herd.udfs.hub.cache;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The paths of one model in the shared cache layout. */
record RepoFolder(Path cache, String id) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  Path root() {
    return inside(cache, RepoId.folder(id));
  }

  Path blobs() {
    return root().resolve("blobs");
  }

  /**
   * Returns the path of a content, which is stored under its hash whatever the names of its files.
   */
  Path blob(ModelManifest.Entry file) {
    String hash = file.blobId() != null ? file.blobId() : file.sha256();
    if (!isHash(hash)) {
      throw new SystemException(
          "the Hub names no usable hash of " + file.name() + " in " + id + ", but " + hash, null);
    }
    return blobs().resolve(hash);
  }

  Path snapshot(String commit) {
    return inside(root().resolve("snapshots"), commit);
  }

  Path ref(String revision) {
    return inside(root().resolve("refs"), revision);
  }

  /** Returns the file with the model's present name; other clients have no file of that name. */
  Path renamed() {
    return root().resolve("herd-renamed-to");
  }

  /**
   * Returns Herd's own lock, not that of other clients: theirs and Java's don't exclude each other
   * on Linux.
   */
  Path lock() {
    return cache.resolve(".locks").resolve(root().getFileName()).resolve("herd.lock");
  }

  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /**
   * Returns a file below a folder.
   *
   * @param name as the server or the user gave it, so it may be hostile
   */
  static Path inside(Path folder, String name) {
    boolean strange = name.chars().anyMatch(c -> c == '\\' || c == ':' || c < ' ');
    for (String part : name.split("/", -1)) {
      strange |= List.of("", ".", "..").contains(part);
    }
    if (strange) {
      throw new UserException(
          "the name \"" + name + "\" would lead out of " + folder,
          "check the names of the model and its revision; if they are right, don't use this"
              + " repository: a file in it has a hostile name.");
    }
    return folder.resolve(name);
  }
}
