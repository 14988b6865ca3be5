package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.template.Jinja2;
import io.herd.udfs.template.Jinja2.Case;
import io.herd.udfs.template.JinjaTemplate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Public chat templates that read tools or further arguments, against transformers' own {@code
 * apply_chat_template}: where that renders, Herd writes the same prompt, or refuses the template.
 */
@Tag("real")
class ArgumentDifferencesTest {
  @Test
  void render_publicTemplatesWithArguments_areAsInTransformers()
      throws IOException, InterruptedException {
    Map<String, String> templates = PublicTemplates.all();
    templates.values().removeIf(source -> !source.contains("tools") && !source.contains("_think"));
    List<String> names = new ArrayList<>();
    List<JsonObject> requests = new ArrayList<>();
    for (Map.Entry<String, String> template : templates.entrySet()) {
      for (JsonObject each : distinct()) {
        names.add(template.getKey());
        requests.add(request(template.getValue(), each));
      }
    }
    List<Case> expected = Jinja2.apply(requests);
    List<String> differences = new ArrayList<>();
    int alike = 0;
    int refused = 0;
    for (int i = 0; i < requests.size(); i++) {
      String text = ArgumentCases.rendered(plain(requests.get(i)));
      String jinja = expected.get(i).text();
      if (text == null ? jinja != null : !text.equals(jinja)) {
        refused += text == null ? 1 : 0;
        if (text != null || names.get(i).contains("llama")) {
          differences.add(
              names.get(i) + requests.get(i) + "\n  Python " + jinja + "\n  Herd " + text);
        }
      } else {
        alike += text == null ? 0 : 1;
      }
    }
    assertThat(differences).isEmpty();
    assertThat(alike).isGreaterThan(500);
    assertThat(refused).isLessThan(alike / 4);
  }

  /** The conversations, tools and arguments of the committed cases, each combination once. */
  private static List<JsonObject> distinct() {
    Map<String, JsonObject> cases = new LinkedHashMap<>();
    for (JsonObject each : ArgumentCases.all()) {
      JsonObject request = each.deepCopy();
      List.of("source", "text", "tool_source").forEach(request::remove);
      cases.putIfAbsent(request.toString(), request);
    }
    return List.copyOf(cases.values());
  }

  private static JsonObject request(String source, JsonObject conversation) {
    JsonObject request = conversation.deepCopy();
    request.addProperty("source", source);
    request.getAsJsonObject("kwargs").addProperty("date_string", Fixtures.DATE);
    if (new JinjaTemplate("it", source, Fixtures.DATE, true).readsParts()) {
      for (JsonElement each : request.getAsJsonArray("messages")) {
        JsonObject message = each.getAsJsonObject();
        message.add("content", parts(message.get("content").getAsString()));
      }
    }
    return request;
  }

  /** In the order that Herd writes, since templates may print the part as it is. */
  private static JsonArray parts(String text) {
    JsonObject part = new JsonObject();
    part.addProperty("type", "text");
    part.addProperty("text", text);
    JsonArray parts = new JsonArray();
    parts.add(part);
    return parts;
  }

  /** With contents as rows hold them, and without what Herd gives itself. */
  private static JsonObject plain(JsonObject request) {
    JsonObject plain = request.deepCopy();
    plain.getAsJsonObject("kwargs").remove("date_string");
    for (JsonElement each : plain.getAsJsonArray("messages")) {
      JsonObject message = each.getAsJsonObject();
      JsonElement content = message.get("content");
      if (content.isJsonArray()) {
        message.add("content", content.getAsJsonArray().get(0).getAsJsonObject().get("text"));
      }
    }
    return plain;
  }
}
