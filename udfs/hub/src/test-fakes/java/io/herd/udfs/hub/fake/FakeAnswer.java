package io.herd.udfs.hub.fake;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is answered.
 *
 * @param status 0: the connection is closed without an answer
 */
public record FakeAnswer(int status, Map<String, String> headers, FakeContent body) {

  private static final FakeContent NOTHING = FakeContent.of(new byte[0]);

  public FakeAnswer {
    TreeMap<String, String> ignoringCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    ignoringCase.putAll(headers);
    headers = ignoringCase;
  }

  /** No body, no headers. */
  public static FakeAnswer of(int status) {
    return new FakeAnswer(status, Map.of(), NOTHING);
  }

  /** The connection ends before there is an answer. */
  public static FakeAnswer dropped() {
    return of(0);
  }

  /** Plain text. */
  public static FakeAnswer text(int status, String text) {
    return typed(status, "text/plain; charset=utf-8", text);
  }

  /** A page as gateways and proxies show it. */
  public static FakeAnswer html(int status, String text) {
    return typed(status, "text/html", "<!doctype html><html><body>" + text + "</body></html>");
  }

  /** JSON. */
  public static FakeAnswer json(JsonElement json) {
    return typed(200, "application/json; charset=utf-8", json.toString());
  }

  /** 429 with a quota that is used up and the seconds until there is a new one. */
  public static FakeAnswer rateLimited(int seconds) {
    return html(
            429,
            "We had to rate limit you, you hit the quota of 2500 api requests per 5 minutes period.")
        .with("RateLimit", "\"api\";r=0;t=" + seconds);
  }

  /** An error as the Hub's API sends it. Without a code when it is empty. */
  public static FakeAnswer error(int status, String code, String message) {
    JsonObject json = new JsonObject();
    json.addProperty("error", message);
    FakeAnswer answer =
        typed(status, "application/json; charset=utf-8", json.toString())
            .with("X-Error-Message", message);
    return code.isEmpty() ? answer : answer.with("X-Error-Code", code);
  }

  private static FakeAnswer typed(int status, String type, String text) {
    return of(status).with("Content-Type", type).with(text.getBytes(StandardCharsets.UTF_8));
  }

  /** With this header, too. */
  public FakeAnswer with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new FakeAnswer(status, more, body);
  }

  /** With this body. */
  public FakeAnswer with(byte[] bytes) {
    return with(FakeContent.of(bytes));
  }

  /** With this body. */
  public FakeAnswer with(FakeContent content) {
    return new FakeAnswer(status, headers, content);
  }
}
