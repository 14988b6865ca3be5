package io.herd.udfs.hub.fake;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Files as the API lists them. Hashes are masked for those who weren't let in. */
final class FakeEntries {
  private static final String MASK = "*".repeat(64);
  private static final int POINTER = 134;

  private FakeEntries() {}

  /** As a model's description has it. */
  static JsonObject sibling(FakeFile file, boolean blobs, boolean masked) {
    JsonObject json = new JsonObject();
    json.addProperty("rfilename", file.name());
    if (blobs) {
      json.addProperty("blobId", file.oid());
      json.addProperty("size", file.size());
      if (file.large()) {
        json.add("lfs", lfs("sha256", file, masked));
      }
    }
    return json;
  }

  /** As the tree has it: files below a folder, and the folders themselves. */
  static List<JsonElement> tree(
      FakeCommit commit, String folder, boolean recursive, boolean masked) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    TreeSet<String> folders = new TreeSet<>();
    List<JsonElement> entries = new ArrayList<>();
    for (FakeFile file : commit.files().tailMap(prefix).values()) {
      if (!file.name().startsWith(prefix)) {
        continue;
      }
      int slash = file.name().indexOf('/', prefix.length());
      for (int at = slash; at >= 0; at = recursive ? file.name().indexOf('/', at + 1) : -1) {
        String name = file.name().substring(0, at);
        if (folders.add(name)) {
          entries.add(directory(name));
        }
      }
      if (recursive || slash < 0) {
        entries.add(file(file, masked));
      }
    }
    return entries;
  }

  private static JsonObject directory(String path) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "directory");
    json.addProperty("oid", "0".repeat(40));
    json.addProperty("size", 0);
    json.addProperty("path", path);
    return json;
  }

  private static JsonObject file(FakeFile file, boolean masked) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "file");
    json.addProperty("oid", file.oid());
    json.addProperty("size", file.size());
    json.addProperty("path", file.name());
    if (file.large()) {
      json.add("lfs", lfs("oid", file, masked));
      json.addProperty("xetHash", masked ? MASK : file.xetHash());
    }
    return json;
  }

  private static JsonObject lfs(String hash, FakeFile file, boolean masked) {
    JsonObject json = new JsonObject();
    json.addProperty(hash, masked ? MASK : file.sha256());
    json.addProperty("size", file.size());
    json.addProperty("pointerSize", POINTER);
    return json;
  }
}
