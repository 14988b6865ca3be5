package io.herd.udfs.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model's {@code tokenizer.json}, read without native code. */
final class TokenizerFile {
  private static final String REMEDY =
      "Use a model that ships a tokenizer.json as Llama's does, or save one with transformers:"
          + " AutoTokenizer.from_pretrained(MODEL).save_pretrained(FOLDER).";

  private final JsonObject root;

  private TokenizerFile(JsonObject root) {
    this.root = root;
  }

  static TokenizerFile read(Path modelFolder) {
    Path path = modelFolder.resolve("tokenizer.json");
    try {
      byte[] bytes = Files.readAllBytes(path); // tolerates what isn't UTF-8, unlike readString
      JsonObject root =
          JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
      if (!(root.get("model") instanceof JsonObject model
          && model.get("vocab") instanceof JsonObject
          && model.get("merges") instanceof JsonArray)) {
        throw new JsonParseException("no model with a vocab and merges");
      }
      return new TokenizerFile(root);
    } catch (NoSuchFileException e) {
      throw new UserException("There is no " + path + ".", REMEDY, e);
    } catch (IOException e) {
      throw new SystemException("Can't read " + path, e);
    } catch (JsonParseException | IllegalStateException e) {
      throw new UserException(path + " isn't a BPE tokenizer in JSON.", REMEDY, e);
    }
  }

  /** The special tokens' strings, in the order of the file. */
  List<String> specials() {
    List<String> specials = new ArrayList<>();
    for (JsonElement token : addedTokens()) {
      JsonObject added = token.getAsJsonObject();
      if (isSpecial(added)) {
        specials.add(added.get("content").getAsString());
      }
    }
    return specials;
  }

  /** Every token's string with its id: added tokens as they are written, the others in code. */
  Map<String, Integer> ids() {
    Map<String, Integer> ids = new HashMap<>();
    vocab().entrySet().forEach(token -> ids.put(token.getKey(), token.getValue().getAsInt()));
    for (JsonElement token : addedTokens()) {
      JsonObject added = token.getAsJsonObject();
      ids.put(added.get("content").getAsString(), added.get("id").getAsInt());
    }
    return ids;
  }

  /** How tokens become text again, or null. */
  JsonElement decoder() {
    return root.get("decoder");
  }

  /** One more than the largest id. */
  int vocabularySize() {
    int largest = -1;
    for (JsonElement id : vocab().asMap().values()) {
      largest = Math.max(largest, id.getAsInt());
    }
    for (JsonElement token : addedTokens()) {
      largest = Math.max(largest, token.getAsJsonObject().get("id").getAsInt());
    }
    return largest + 1;
  }

  /** The most chars of text that one token stands for. */
  int longestTokenChars() {
    return vocab().keySet().stream().mapToInt(String::length).max().orElse(1);
  }

  /**
   * The same tokenizer, in which the specials go by their codes: text that spells a special token
   * is text to it. All ids stay; merges that would build a special token from its characters go.
   */
  String coded(Specials specials) {
    root.add("truncation", JsonNull.INSTANCE);
    root.add("padding", JsonNull.INSTANCE);
    for (String special : specials()) {
      JsonElement id = vocab().remove(special);
      if (id != null) {
        vocab().add(specials.code(special), id);
      }
    }
    for (JsonElement token : addedTokens()) {
      JsonObject added = token.getAsJsonObject();
      if (isSpecial(added)) {
        added.addProperty("content", specials.code(added.get("content").getAsString()));
      }
    }
    JsonObject model = root.getAsJsonObject("model");
    if (model.has("unk_token") && model.get("unk_token").isJsonPrimitive()) {
      model.addProperty("unk_token", specials.code(model.get("unk_token").getAsString()));
    }
    model.add("merges", withoutSpecials(model.getAsJsonArray("merges"), specials));
    return root.toString();
  }

  private static JsonArray withoutSpecials(JsonArray merges, Specials specials) {
    JsonArray kept = new JsonArray(merges.size());
    for (JsonElement merge : merges) {
      String left;
      String right;
      if (merge instanceof JsonPrimitive) {
        String pair = merge.getAsString();
        left = pair.substring(0, pair.indexOf(' '));
        right = pair.substring(left.length() + 1);
      } else {
        left = merge.getAsJsonArray().get(0).getAsString();
        right = merge.getAsJsonArray().get(1).getAsString();
      }
      if (!specials.contains(left + right)
          && !specials.contains(left)
          && !specials.contains(right)) {
        kept.add(merge);
      }
    }
    return kept;
  }

  private JsonArray addedTokens() {
    JsonElement added = root.get("added_tokens");
    return added instanceof JsonArray array ? array : new JsonArray();
  }

  private JsonObject vocab() {
    return root.getAsJsonObject("model").getAsJsonObject("vocab");
  }

  private static boolean isSpecial(JsonObject added) {
    return added.has("special") && added.get("special").getAsBoolean();
  }
}
