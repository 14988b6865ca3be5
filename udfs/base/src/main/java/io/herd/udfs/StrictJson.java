package io.herd.udfs;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;

/**
 * Parses JSON strictly by its standard (RFC 8259): Gson on its own accepts comments, single quotes
 * and NaN.
 */
public final class StrictJson {
  private StrictJson() {}

  /**
   * Parses one value.
   *
   * @throws JsonParseException when the text is empty, isn't JSON, or has more behind the value
   */
  public static JsonElement parse(String json) {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement root = JsonParser.parseReader(reader);
      if (json.isBlank() || reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException(json.isBlank() ? "it is empty" : "more after its end");
      }
      return root;
    } catch (IOException e) {
      throw new JsonParseException(e.getMessage(), e);
    }
  }
}
