package io.herd.bench;

import com.google.gson.JsonObject;
import io.herd.udfs.hub.fake.FakeContent;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRepo;
import java.io.IOException;
import java.util.Locale;

/**
 * A Hub on loopback with models of one size in one file and in several; prints its address and ends
 * when its input does. The weights are made while they are sent.
 *
 * <p>Usage: {@code FetchHub BYTES}
 */
public final class FetchHub {
  private static final int SHARDS = 4;

  private FetchHub() {}

  public static void main(String[] args) throws IOException {
    long bytes = Long.parseLong(args[0]);
    try (FakeHub hub = FakeHub.start()) {
      small(hub.repo("bench/one")).file("model.safetensors", FakeContent.generated(bytes, 1));
      shards(small(hub.repo("bench/shards")), bytes);
      System.out.println(hub.endpoint());
      while (System.in.read() >= 0) {
        // whatever is typed is no reason to stop
      }
    }
  }

  private static void shards(FakeRepo repo, long bytes) {
    JsonObject index = new JsonObject();
    for (int i = 1; i <= SHARDS; i++) {
      String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i, SHARDS);
      repo.file(name, FakeContent.generated(bytes / SHARDS, i));
      index.addProperty("layer." + i, name);
    }
    JsonObject json = new JsonObject();
    json.add("weight_map", index);
    repo.file("model.safetensors.index.json", json.toString());
  }

  private static FakeRepo small(FakeRepo repo) {
    return repo.file("config.json", "{\"model_type\": \"llama\"}").file("tokenizer.json", "{}");
  }
}
