package io.herd.udfs.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A safetensors file with other tensors than it had, which is sound otherwise. */
final class RewrittenWeights {
  private RewrittenWeights() {}

  /** A tensor's entry in the header, and its bytes. */
  record Stored(JsonObject entry, byte[] bytes) {}

  static void rewrite(Path file, Consumer<Map<String, Stored>> change) throws IOException {
    Map<String, Stored> tensors = read(file);
    change.accept(tensors);
    write(file, tensors);
  }

  static Map<String, Stored> read(Path file) throws IOException {
    byte[] old = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(old).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonObject header =
        JsonParser.parseString(new String(old, 8, length, StandardCharsets.UTF_8))
            .getAsJsonObject();
    Map<String, Stored> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
      if (!entry.getKey().equals("__metadata__")) {
        JsonArray place = entry.getValue().getAsJsonObject().getAsJsonArray("data_offsets");
        int from = 8 + length;
        byte[] bytes =
            Arrays.copyOfRange(old, from + place.get(0).getAsInt(), from + place.get(1).getAsInt());
        tensors.put(entry.getKey(), new Stored(entry.getValue().getAsJsonObject(), bytes));
      }
    }
    return tensors;
  }

  static void write(Path file, Map<String, Stored> tensors) throws IOException {
    JsonObject header = new JsonObject();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, Stored> tensor : tensors.entrySet()) {
      JsonObject entry = tensor.getValue().entry().deepCopy();
      JsonArray place = new JsonArray();
      place.add(data.size());
      data.write(tensor.getValue().bytes());
      place.add(data.size());
      entry.add("data_offsets", place);
      header.add(tensor.getKey(), entry);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + json.length + data.size());
    out.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data.toByteArray());
    Files.write(file, out.array());
  }
}
