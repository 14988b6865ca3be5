package io.herd.job.input;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.herd.udfs.RowException;
import io.herd.udfs.StrictJson;
import io.herd.udfs.partition.RowSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A line of a batch file, read like OpenAI's API and vLLM's {@code run_batch}. It is a stranger's:
 * what isn't known is refused by its name, so that nobody gets an answer to another question.
 *
 * @param customId null where the line has none
 * @param messages of a chat, or null
 * @param prompt of a completion, or null
 * @param settings what the request asks for of its own, or why it can't be asked
 */
record BatchRequest(
    String customId,
    String url,
    String model,
    List<Message> messages,
    String prompt,
    RowSettings settings) {
  static final String CHAT = "/v1/chat/completions";
  static final String COMPLETION = "/v1/completions";

  private static final int LONGEST_LINE = 16 << 20;
  private static final int LONGEST_ID = 1_000;
  private static final int MOST_MESSAGES = 10_000;
  private static final int MOST_STOPS = 64;
  private static final int LONGEST_NAME = 100;

  /** Fields of a body that don't affect the answer. */
  private static final Set<String> NOTES =
      Set.of("metadata", "prompt_cache_key", "safety_identifier", "service_tier", "store", "user");

  /** A message of a chat. */
  record Message(String role, String content) {}

  /** Reads a line; its problem, if any, is in the settings. */
  static BatchRequest of(String line) {
    if (line.length() > LONGEST_LINE) {
      return failing(null, "the line has " + line.length() + " characters, too many for a request");
    }
    JsonObject request;
    try {
      request = object(StrictJson.parse(line), "the line");
    } catch (JsonParseException e) {
      return failing(null, "the line isn't JSON");
    } catch (RowException e) {
      return failing(null, e.getMessage());
    }
    String id = null;
    try {
      id = text(request.get("custom_id"), "custom_id");
      return read(id, request);
    } catch (RowException e) {
      return failing(id, e.getMessage());
    }
  }

  /**
   * Returns this request, or one that fails where the run reads no prompts of this URL.
   *
   * @param unread or null
   */
  BatchRequest unlessOf(String unread) {
    if (url == null || !url.equals(unread)) {
      return this;
    }
    String read =
        url.equals(CHAT)
            ? "herd.prompt.column reads completions. Set messages-column = messages instead"
            : "herd.prompt.messages-column reads chats. Set column = prompt and chat = off instead";
    return failing(customId, "the request is for " + url + ", and " + read);
  }

  private static BatchRequest failing(String id, String problem) {
    return new BatchRequest(id, null, null, null, null, RowSettings.failing(problem));
  }

  private static BatchRequest read(String id, JsonObject request) {
    if (id.length() > LONGEST_ID) {
      throw new RowException("custom_id has more than " + LONGEST_ID + " characters");
    }
    if (!text(request.get("method"), "method").equals("POST")) {
      throw new RowException("method must be POST");
    }
    String url = text(request.get("url"), "url");
    if (!url.equals(CHAT) && !url.equals(COMPLETION)) {
      throw new RowException("url must be " + CHAT + " or " + COMPLETION);
    }
    Body body = new Body(url.equals(CHAT));
    for (Map.Entry<String, JsonElement> field : object(request.get("body"), "body").entrySet()) {
      if (!field.getValue().isJsonNull()) {
        body.take(field.getKey(), field.getValue());
      }
    }
    if (body.messages == null && body.prompt == null) {
      throw new RowException(body.chat ? "body.messages is missing" : "body.prompt is missing");
    }
    return new BatchRequest(id, url, body.model, body.messages, body.prompt, body.settings());
  }

  /** Reads a body field by field. */
  private static final class Body {
    private final boolean chat;
    private final BatchSettings settings = new BatchSettings();
    private String model;
    private List<Message> messages;
    private String prompt;

    Body(boolean chat) {
      this.chat = chat;
    }

    void take(String name, JsonElement value) {
      if (name.equals("model")) {
        model = text(value, "body.model");
      } else if (name.equals("messages") && chat) {
        messages = messages(value);
      } else if (name.equals("prompt") && !chat) {
        prompt = text(value, "body.prompt");
      } else if (name.equals("stop")) {
        settings.stop(stops(value));
      } else if (!NOTES.contains(name) && !settings.take(name, value)) {
        throw new RowException("body." + shown(name) + " isn't supported");
      }
    }

    RowSettings settings() {
      return settings.build();
    }
  }

  private static List<Message> messages(JsonElement value) {
    List<Message> messages = new ArrayList<>();
    for (JsonElement each : array(value, "body.messages", MOST_MESSAGES)) {
      JsonObject message = object(each, "a message");
      for (Map.Entry<String, JsonElement> field : message.entrySet()) {
        boolean known = field.getKey().equals("role") || field.getKey().equals("content");
        if (!known && !field.getValue().isJsonNull()) {
          throw new RowException("a message's " + shown(field.getKey()) + " isn't supported");
        }
      }
      messages.add(new Message(text(message.get("role"), "a message's role"), content(message)));
    }
    return messages;
  }

  /** Joins parts with line breaks, as vLLM does for templates that expect texts. */
  private static String content(JsonObject message) {
    JsonElement content = message.get("content");
    if (!(content instanceof JsonArray)) {
      return text(content, "a message's content");
    }
    List<String> texts = new ArrayList<>();
    for (JsonElement each : array(content, "a message's content", MOST_MESSAGES)) {
      JsonObject part = object(each, "a part of a message's content");
      if (!text(part.get("type"), "a part's type").equals("text")) {
        throw new RowException("a part of a message's content isn't text");
      }
      texts.add(text(part.get("text"), "a part's text"));
    }
    return String.join("\n", texts);
  }

  private static List<String> stops(JsonElement value) {
    List<String> stops = new ArrayList<>();
    if (value instanceof JsonArray) {
      array(value, "body.stop", MOST_STOPS).forEach(each -> stops.add(text(each, "body.stop")));
    } else {
      stops.add(text(value, "body.stop"));
    }
    if (stops.contains("")) {
      throw new RowException("body.stop has an empty text");
    }
    return stops;
  }

  private static JsonArray array(JsonElement value, String what, int most) {
    if (!(value instanceof JsonArray array)) {
      throw new RowException(what + (value == null ? " is missing" : " isn't a list"));
    }
    if (array.size() > most) {
      throw new RowException(what + " has more than " + most + " members");
    }
    return array;
  }

  static JsonObject object(JsonElement value, String what) {
    if (!(value instanceof JsonObject object)) {
      throw new RowException(what + (value == null ? " is missing" : " isn't a JSON object"));
    }
    return object;
  }

  static String text(JsonElement value, String what) {
    if (value == null || value.isJsonNull()) {
      throw new RowException(what + " is missing");
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new RowException(what + " isn't a text");
    }
    return value.getAsString();
  }

  /** Shortens an untrusted name for a message. */
  static String shown(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }
}
