package io.herd.udfs.endpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.function.Function;

/**
 * What a fake server answers: a text made of the prompt's ids, and log-probabilities made of each
 * token and the one before it.
 *
 * @param text of a prompt's ids
 * @param counted tokens that it says a prompt had; 0 for as many as it had
 */
public record FakeAnswers(Function<JsonArray, String> text, int counted) {
  /** Tokens that it says a text has, the one that ends it included. */
  private static final int COUNTED = 4;

  /** Of them those of the text. */
  public static final int TOKENS = COUNTED - 1;

  /** Such as {@code 12 of 7}: the sum of the prompt's ids and their number. */
  public static final FakeAnswers PLAIN =
      new FakeAnswers(ids -> " " + sum(ids) + " of " + ids.size(), 0);

  /** Of a server that reads ids as a text. */
  public FakeAnswers counting(int tokens) {
    return new FakeAnswers(text, tokens);
  }

  private static int sum(JsonArray ids) {
    int sum = 0;
    for (JsonElement id : ids) {
      sum += id.getAsInt();
    }
    return sum;
  }

  /** The log-probability of a token after another. */
  public static double logprob(int before, int id) {
    return -(1 + Math.floorMod(31 * before + 17 * id, 97)) / 10.0;
  }

  JsonObject of(JsonObject body, String model) {
    JsonArray prompt = body.getAsJsonArray("prompt");
    boolean several = !prompt.isEmpty() && prompt.get(0).isJsonArray();
    JsonArray choices = new JsonArray();
    int tokens = 0;
    for (int i = 0; i < (several ? prompt.size() : 1); i++) {
      JsonArray ids = several ? prompt.get(i).getAsJsonArray() : prompt;
      choices.add(choice(body, ids, i));
      tokens += ids.size();
    }
    JsonObject usage = new JsonObject();
    usage.addProperty("prompt_tokens", counted == 0 ? tokens : counted);
    usage.addProperty("completion_tokens", COUNTED);
    JsonObject answer = new JsonObject();
    answer.addProperty("model", model);
    answer.add("choices", choices);
    answer.add("usage", usage);
    return answer;
  }

  private JsonObject choice(JsonObject body, JsonArray ids, int index) {
    JsonObject choice = new JsonObject();
    choice.addProperty("index", index);
    choice.addProperty("text", text.apply(ids));
    choice.addProperty("finish_reason", "stop");
    if (body.has("logprob_token_ids")) {
      choice.add("logprobs", nextToken(ids, body.getAsJsonArray("logprob_token_ids")));
    } else if (body.has("prompt_logprobs")) {
      choice.add("prompt_logprobs", promptLogprobs(ids));
    } else if (body.has("echo")) {
      JsonObject logprobs = new JsonObject();
      JsonArray values = new JsonArray();
      for (int i = 0; i < ids.size(); i++) {
        values.add(i == 0 ? null : logprob(ids.get(i - 1).getAsInt(), ids.get(i).getAsInt()));
      }
      logprobs.add("token_logprobs", values);
      choice.add("logprobs", logprobs);
    }
    return choice;
  }

  private static JsonObject nextToken(JsonArray ids, JsonArray asked) {
    JsonObject told = new JsonObject();
    int last = ids.get(ids.size() - 1).getAsInt();
    asked.forEach(id -> told.addProperty("token_id:" + id, logprob(last, id.getAsInt())));
    JsonArray top = new JsonArray();
    top.add(told);
    JsonObject logprobs = new JsonObject();
    logprobs.add("top_logprobs", top);
    return logprobs;
  }

  private static JsonArray promptLogprobs(JsonArray ids) {
    JsonArray all = new JsonArray();
    all.add(JsonNull.INSTANCE);
    for (int i = 1; i < ids.size(); i++) {
      JsonObject value = new JsonObject();
      value.addProperty("logprob", logprob(ids.get(i - 1).getAsInt(), ids.get(i).getAsInt()));
      JsonObject one = new JsonObject();
      one.add(ids.get(i).getAsString(), value);
      all.add(one);
    }
    return all;
  }
}
