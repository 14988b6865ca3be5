package io.herd.udfs.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.BoundedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A model's {@code tokenizer.json}, read without native code. */
final class TokenizerFile {
  private static final String REMEDY =
      "Use a model that ships a tokenizer.json as Llama's does, or save one with transformers:"
          + " AutoTokenizer.from_pretrained(MODEL).save_pretrained(FOLDER).";

  private static final int MAX_BYTES = 64 << 20;

  /** Ids are indexes into tables: a hostile one must not make them large. */
  private static final int MOST_IDS = 1 << 22;

  /** The longest tokens of real models have a few hundred; a completion has thousands of tokens. */
  private static final int LONGEST_TOKEN = 10_000;

  private final JsonObject root;
  private final String chatTemplate;

  private TokenizerFile(JsonObject root, String chatTemplate) {
    this.root = root;
    this.chatTemplate = chatTemplate;
  }

  static TokenizerFile read(Path modelFolder) {
    Path path = modelFolder.resolve("tokenizer.json");
    try {
      TokenizerFile file =
          new TokenizerFile(
              BoundedFile.json(path, MAX_BYTES, REMEDY),
              ChatTemplate.read(modelFolder).map(ChatTemplate::allSources).orElse(""));
      file.check(path);
      return file;
    } catch (NoSuchFileException e) {
      throw new UserException("There is no " + path + ".", REMEDY, e);
    } catch (IOException e) {
      throw new SystemException("Can't read " + path, e);
    }
  }

  /** Verifies that every value has the type that other methods expect. */
  private void check(Path path) {
    String at = "model";
    try {
      at = "model.vocab";
      vocab().asMap().values().forEach(TokenizerFile::id);
      vocab().keySet().forEach(token -> require(token.length() <= LONGEST_TOKEN));
      at = "model.merges";
      root.getAsJsonObject("model").getAsJsonArray("merges").forEach(TokenizerFile::pair);
      at = "added_tokens";
      for (JsonElement token : addedTokens()) {
        id(token.getAsJsonObject().get("id"));
        isFlagged(token.getAsJsonObject());
        require(!content(token).isEmpty() && content(token).length() <= LONGEST_TOKEN);
      }
    } catch (RuntimeException e) { // Gson's are many
      throw new UserException(
          path + " isn't a BPE tokenizer in JSON: see its " + at + ".", REMEDY, e);
    }
  }

  private static void require(boolean right) {
    if (!right) {
      throw new IllegalArgumentException();
    }
  }

  private static int id(JsonElement value) {
    require(value.getAsJsonPrimitive().isNumber());
    int id = value.getAsBigDecimal().intValueExact();
    require(id >= 0 && id < MOST_IDS);
    return id;
  }

  private static String content(JsonElement token) {
    JsonPrimitive content = token.getAsJsonObject().getAsJsonPrimitive("content");
    require(content.isString());
    return content.getAsString();
  }

  /** Reads a merge, which is "left right", or in newer files a list of both. */
  private static List<String> pair(JsonElement merge) {
    if (merge instanceof JsonArray two) {
      require(two.size() == 2);
      return List.of(two.get(0).getAsString(), two.get(1).getAsString());
    }
    String both = merge.getAsString();
    int space = both.indexOf(' ');
    require(space >= 0);
    return List.of(both.substring(0, space), both.substring(space + 1));
  }

  /**
   * Returns the control tokens in the order of the file: tokens marked as special, and other added
   * ones that the chat template contains. Fine-tunes add {@code <|im_start|>} without the flag, and
   * it begins a turn all the same.
   */
  List<String> specials() {
    return contents(this::steers);
  }

  /** Returns the tokens that decoding omits. */
  List<String> flagged() {
    return contents(TokenizerFile::isFlagged);
  }

  private List<String> contents(Predicate<JsonObject> which) {
    List<String> contents = new ArrayList<>();
    for (JsonElement token : addedTokens()) {
      if (which.test(token.getAsJsonObject())) {
        contents.add(content(token));
      }
    }
    return contents;
  }

  private boolean steers(JsonObject added) {
    String content = content(added);
    return isFlagged(added) || (!isWord(content) && chatTemplate.contains(content));
  }

  /**
   * Excludes words and spaces that a tokenizer adds, which are text although templates contain
   * them.
   */
  private static boolean isWord(String content) {
    return content
        .codePoints()
        .allMatch(c -> Character.isLetterOrDigit(c) || Character.isWhitespace(c));
  }

  /**
   * Returns every token's string with its id: added tokens as they are written, the others encoded.
   */
  Map<String, Integer> ids() {
    Map<String, Integer> ids = new HashMap<>();
    vocab().entrySet().forEach(token -> ids.put(token.getKey(), id(token.getValue())));
    for (JsonElement token : addedTokens()) {
      JsonObject added = token.getAsJsonObject();
      ids.put(content(added), id(added.get("id")));
    }
    return ids;
  }

  /** Returns the decoder's definition, or null. */
  JsonElement decoder() {
    return root.get("decoder");
  }

  /** Returns the largest id plus one. */
  int vocabularySize() {
    int largest = -1;
    for (JsonElement value : vocab().asMap().values()) {
      largest = Math.max(largest, id(value));
    }
    for (JsonElement token : addedTokens()) {
      largest = Math.max(largest, id(token.getAsJsonObject().get("id")));
    }
    return largest + 1;
  }

  /** Returns the maximum number of chars of one token. */
  int longestTokenChars() {
    return vocab().keySet().stream().mapToInt(String::length).max().orElse(1);
  }

  /**
   * Returns the tokenizer with its special tokens replaced by their codes, so that the spelling of
   * a special token is ordinary text. All ids stay; merges that would build a special token from
   * its characters go.
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
      if (steers(added)) {
        added.addProperty("content", specials.code(content(added)));
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
      List<String> pair = pair(merge);
      if (!specials.contains(String.join("", pair))
          && pair.stream().noneMatch(specials::contains)) {
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

  private static boolean isFlagged(JsonObject added) {
    return added.has("special") && added.get("special").getAsBoolean();
  }
}
