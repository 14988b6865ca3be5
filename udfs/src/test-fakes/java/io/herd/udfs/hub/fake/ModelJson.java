package io.herd.udfs.hub.fake;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A model's description and file list.
 *
 * @param open whether whoever asks may read the files: to others, hashes of contents are masked
 */
record ModelJson(FakeRepo repo, FakeCommit commit, boolean open) {
  private static final String MASK = "*".repeat(64);

  JsonObject info(boolean blobs) {
    JsonObject json = new JsonObject();
    json.addProperty("_id", "0123456789abcdef01234567");
    json.addProperty("id", repo.id());
    json.addProperty("modelId", repo.id());
    json.addProperty("author", repo.id().replaceFirst("/.*", ""));
    json.addProperty("sha", commit.id());
    json.addProperty("lastModified", "2025-01-01T00:00:00.000Z");
    json.addProperty("createdAt", "2025-01-01T00:00:00.000Z");
    json.addProperty("private", repo.hidden());
    if (repo.needsDecision()) {
      json.addProperty("gated", "manual");
    } else {
      json.addProperty("gated", false);
    }
    json.addProperty("disabled", repo.closed());
    json.add("tags", new JsonArray());
    JsonArray siblings = new JsonArray();
    commit.files().values().forEach(file -> siblings.add(sibling(file, blobs)));
    json.add("siblings", siblings);
    return json;
  }

  private JsonObject sibling(FakeFile file, boolean blobs) {
    JsonObject json = new JsonObject();
    json.addProperty("rfilename", file.name());
    if (blobs) {
      json.addProperty("blobId", file.oid());
      json.addProperty("size", file.size());
      if (file.large()) {
        json.add("lfs", lfs(file, "sha256"));
      }
    }
    return json;
  }

  private JsonObject lfs(FakeFile file, String nameOfHash) {
    JsonObject json = new JsonObject();
    json.addProperty(nameOfHash, open ? file.sha256() : MASK);
    json.addProperty("size", file.size());
    json.addProperty("pointerSize", 135);
    return json;
  }

  /** Files and folders under a path, which is empty or ends in a slash. */
  List<JsonObject> tree(String under, boolean recursive) {
    TreeSet<String> folders = new TreeSet<>();
    List<JsonObject> entries = new ArrayList<>();
    for (FakeFile file : commit.files().tailMap(under).values()) {
      if (!file.name().startsWith(under)) {
        break;
      }
      int slash = file.name().indexOf('/', under.length());
      for (int at = slash; at >= 0; at = recursive ? file.name().indexOf('/', at + 1) : -1) {
        if (folders.add(file.name().substring(0, at))) {
          entries.add(folder(file.name().substring(0, at)));
        }
      }
      if (slash < 0 || recursive) {
        entries.add(entry(file));
      }
    }
    return entries;
  }

  private static JsonObject folder(String path) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "directory");
    json.addProperty("oid", "0".repeat(40));
    json.addProperty("size", 0);
    json.addProperty("path", path);
    return json;
  }

  private JsonObject entry(FakeFile file) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "file");
    json.addProperty("oid", file.oid());
    json.addProperty("size", file.size());
    json.addProperty("path", file.name());
    if (file.large()) {
      json.add("lfs", lfs(file, "oid"));
      json.addProperty("xetHash", open ? file.xetHash() : MASK);
    }
    return json;
  }

  JsonObject refs() {
    JsonArray branches = new JsonArray();
    repo.revisions()
        .forEach(
            (name, at) -> {
              JsonObject branch = new JsonObject();
              branch.addProperty("name", name);
              branch.addProperty("ref", "refs/heads/" + name);
              branch.addProperty("targetCommit", at.id());
              branches.add(branch);
            });
    JsonObject json = new JsonObject();
    json.add("branches", branches);
    json.add("tags", new JsonArray());
    json.add("converts", new JsonArray());
    return json;
  }

  static ModelJson of(FakeRepo repo, FakeCommit commit, Optional<FakeAccount> account) {
    return new ModelJson(repo, commit, Gate.refuseContent(repo, account).isEmpty());
  }
}
