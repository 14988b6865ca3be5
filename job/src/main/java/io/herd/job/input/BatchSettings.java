package io.herd.job.input;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.RowException;
import io.herd.udfs.partition.RowSettings;
import java.util.List;

/** The fields of a request's body that control its generation. */
final class BatchSettings {
  /** Any object: JSON mode. */
  private static final String ANY_OBJECT = "{\"type\": \"object\"}";

  private Integer maxTokens;
  private Double temperature;
  private Integer topK;
  private Double topP;
  private Double minP;
  private Double repetition;
  private Double presence;
  private Double frequency;
  private Long seed;
  private List<String> stop;
  private String schema;

  void stop(List<String> ends) {
    stop = ends;
  }

  /**
   * Reads a field; returns whether it is known.
   *
   * @return false where it isn't known
   * @throws RowException when its value can't be kept to
   */
  boolean take(String name, JsonElement value) {
    switch (name) {
      case "max_completion_tokens" -> maxTokens = (int) whole(name, value, 1, Integer.MAX_VALUE);
      case "max_tokens" -> {
        int most = (int) whole(name, value, 1, Integer.MAX_VALUE);
        maxTokens = maxTokens == null ? most : maxTokens; // max_completion_tokens comes before it
      }
      case "temperature" -> temperature = number(name, value, 0, 1_000_000);
      case "top_k" -> topK = Math.max(0, (int) whole(name, value, -1, Integer.MAX_VALUE));
      case "top_p" -> topP = number(name, value, Double.MIN_VALUE, 1);
      case "min_p" -> minP = number(name, value, 0, 1);
      case "repetition_penalty" -> repetition = number(name, value, 0.01, 100);
      case "presence_penalty" -> presence = number(name, value, -2, 2);
      case "frequency_penalty" -> frequency = number(name, value, -2, 2);
      case "seed" -> seed = whole(name, value, Long.MIN_VALUE, Long.MAX_VALUE);
      case "response_format" -> schema = schema(BatchRequest.object(value, "body." + name));
      case "n", "best_of" -> whole(name, value, 1, 1);
      case "stream", "logprobs", "top_logprobs", "echo" -> off(name, value);
      default -> {
        return false;
      }
    }
    return true;
  }

  RowSettings build() {
    return new RowSettings(
        null,
        maxTokens,
        temperature,
        topK,
        topP,
        minP,
        repetition,
        presence,
        frequency,
        seed,
        stop,
        schema);
  }

  private static String schema(JsonObject format) {
    String type = BatchRequest.text(format.get("type"), "body.response_format.type");
    return switch (type) {
      case "text" -> null;
      case "json_object" -> ANY_OBJECT;
      case "json_schema" -> {
        String at = "body.response_format.json_schema";
        JsonObject named = BatchRequest.object(format.get("json_schema"), at);
        yield BatchRequest.object(named.get("schema"), at + ".schema").toString();
      }
      default ->
          throw new RowException(
              "body.response_format of type " + BatchRequest.shown(type) + " isn't supported");
    };
  }

  private static void off(String name, JsonElement value) {
    boolean off =
        value.isJsonPrimitive()
            && (value.getAsJsonPrimitive().isBoolean()
                ? !value.getAsBoolean()
                : name.equals("top_logprobs") && number(name, value, 0, 0) == 0);
    if (!off) {
      throw new RowException("body." + name + " isn't supported");
    }
  }

  private static double number(String name, JsonElement value, double least, double most) {
    double number =
        value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
            ? value.getAsDouble()
            : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw new RowException("body." + name + " isn't a number that it may be");
    }
    return number == 0 ? 0 : number; // -0.0 isn't another setting
  }

  private static long whole(String name, JsonElement value, long least, long most) {
    String problem = "body." + name + " isn't a whole number that it may be";
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw new RowException(problem);
    }
    try {
      long number = Long.parseLong(value.getAsString());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) { // a fraction, or more digits than a long has
      throw new RowException(problem);
    }
    throw new RowException(problem);
  }
}
