package io.herd.udfs.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one page of the Hub's list of files. */
record TreePage(HubAccess access, HubErrors errors, RepoId id) {
  /** 16 TiB: larger sizes are false, and their sum would overflow. */
  private static final long MOST_BYTES = 1L << 44;

  /** Longer names fit neither a file system nor a message. */
  private static final int LONGEST_NAME = 1_000;

  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;[^,]*rel=\"next\"");

  /**
   * Returns the page's files, without folders.
   *
   * @throws UserException when digests are hidden, or a name leads out of the model's folder
   */
  List<ModelManifest.Entry> files(JsonArray page) {
    List<ModelManifest.Entry> files = new ArrayList<>();
    for (JsonElement each : page) {
      if (each.isJsonObject() && Json.text(each.getAsJsonObject(), "type").equals("file")) {
        files.add(file(each.getAsJsonObject()));
      }
    }
    return files;
  }

  private ModelManifest.Entry file(JsonObject json) {
    String name = Json.text(json, "path");
    JsonObject large = Json.object(json, "lfs");
    String sha256 = Json.text(large, "oid");
    if (sha256.matches("\\*+")) {
      throw errors.masked(id);
    }
    String gitId = Json.text(json, "oid");
    String size = Json.text(json, "size");
    if (!safe(name) || !size.matches("\\d{1,18}") || Long.parseLong(size) > MOST_BYTES) {
      throw strange(name);
    }
    if (large.size() == 0 && gitId.matches("[0-9a-f]{40}")) {
      return new ModelManifest.Entry(name, Long.parseLong(size), null, gitId);
    }
    if (sha256.matches("[0-9a-f]{64}")) {
      return new ModelManifest.Entry(name, Long.parseLong(size), sha256, sha256);
    }
    throw strange(name);
  }

  private static boolean safe(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST_NAME
        && !name.contains("\\")
        && name.chars().noneMatch(Character::isISOControl)
        && List.of(name.split("/", -1)).stream().allMatch(TreePage::safePart);
  }

  private static boolean safePart(String part) {
    return !part.isEmpty()
        && !part.equals(".")
        && !part.equals("..")
        && !part.matches("[A-Za-z]:.*");
  }

  private UserException strange(String whole) {
    String name = whole.length() > LONGEST_NAME ? whole.substring(0, LONGEST_NAME) + "..." : whole;
    return HubErrors.user(
        "the Hub lists a file of " + id + " in a way that can't be right: \"" + name + "\"",
        "check HF_ENDPOINT; if it is the Hub's, choose another model and report this one to it.");
  }

  /** Returns the address of the next page. It must be the endpoint's: the token goes there. */
  Optional<URI> next(Answer answer) {
    Matcher link = NEXT.matcher(answer.header("Link").orElse(""));
    if (!link.find()) {
      return Optional.empty();
    }
    URI next;
    try {
      next = answer.uri().resolve(link.group(1));
    } catch (IllegalArgumentException e) {
      throw errors.notTheHub(answer, Subject.model(id, ""));
    }
    if (next.getHost() == null || !access.isHub(next)) {
      throw errors.notTheHub(answer, Subject.model(id, ""));
    }
    return Optional.of(next);
  }
}
