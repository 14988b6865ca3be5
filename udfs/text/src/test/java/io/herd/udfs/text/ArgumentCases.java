package io.herd.udfs.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Chats with tools and further arguments: {@code jinja/arguments.json}, by {@code arguments.py}.
 */
final class ArgumentCases {
  private static final Path FILE = Path.of("src/test/resources/jinja/arguments.json");

  private ArgumentCases() {}

  static List<JsonObject> all() {
    try {
      JsonElement cases = JsonParser.parseString(Files.readString(FILE));
      return StreamSupport.stream(cases.getAsJsonArray().spliterator(), false)
          .map(JsonElement::getAsJsonObject)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Herd's prompt, or null where it refuses one. */
  static String rendered(JsonObject request) {
    String source = request.get("source").getAsString();
    String toolSource = text(request.get("tool_source"));
    String kwargs = request.get("kwargs").toString();
    TemplateArguments arguments = new TemplateArguments(tools(request), kwargs);
    ChatTemplate chat =
        new ChatTemplate(source, toolSource, PublicTemplates.BOS, PublicTemplates.EOS, Map.of());
    try {
      return PromptRenderer.of(
              Fixtures.ready(arguments), chat, PublicTemplates.specials(source + toolSource))
          .render(Map.of("chat", rows(request)))
          .text();
    } catch (UserException | RowException e) {
      return null;
    }
  }

  private static String tools(JsonObject request) {
    return request.get("tools").isJsonNull() ? null : request.get("tools").toString();
  }

  private static String text(JsonElement element) {
    return element == null ? null : element.getAsString();
  }

  private static List<Map<String, Object>> rows(JsonObject request) {
    return StreamSupport.stream(request.getAsJsonArray("messages").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .map(each -> Fixtures.message(text(each.get("role")), text(each.get("content"))))
        .toList();
  }
}
