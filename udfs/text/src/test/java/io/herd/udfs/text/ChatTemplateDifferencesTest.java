package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.template.Jinja2;
import io.herd.udfs.template.Jinja2.Case;
import io.herd.udfs.template.JinjaTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Public chat templates over odd conversations: where jinja2 renders, Herd writes the same prompt,
 * or refuses the template before there is a row.
 */
@Tag("real")
class ChatTemplateDifferencesTest {
  private static final Path CONVERSATIONS = Path.of("src/test/resources/jinja/conversations.json");

  @Test
  void render_publicChatTemplates_areAsInPython() throws IOException, InterruptedException {
    Map<String, String> templates = PublicTemplates.all();
    List<List<Message>> chats = conversations();
    assertThat(templates).hasSizeGreaterThanOrEqualTo(100);
    assertThat(chats).hasSize(27);
    Map<String, PromptRenderer> taken = new TreeMap<>();
    Map<String, String> refused = new TreeMap<>();
    templates.forEach(
        (name, source) -> {
          try {
            taken.put(name, renderer(source));
          } catch (UserException e) {
            refused.put(name, e.getMessage());
          }
        });
    List<JsonObject> requests = new ArrayList<>();
    for (String name : taken.keySet()) {
      chats.forEach(chat -> requests.add(request(templates.get(name), chat)));
    }
    List<Case> expected = Jinja2.render(requests);
    List<String> differences = new ArrayList<>();
    int next = 0;
    for (String name : taken.keySet()) {
      for (List<Message> chat : chats) {
        compare(name, taken.get(name), chat, expected.get(next++), differences);
      }
    }
    assertThat(differences).isEmpty();
    assertThat(refused.values()).allMatch(why -> why.contains("What to do: "));
    assertThat(refused)
        .allSatisfy(
            (name, why) ->
                assertThat(name.toLowerCase(Locale.ROOT)).as(why).doesNotContain("llama"));
    assertThat(taken).hasSizeGreaterThan(templates.size() * 3 / 4);
  }

  private static void compare(
      String name,
      PromptRenderer renderer,
      List<Message> chat,
      Case expected,
      List<String> differences) {
    String text;
    try {
      text = renderer.render(Map.of("chat", rows(chat))).text();
    } catch (RowException e) {
      text = null;
    }
    if (text == null ? expected.text() != null : !text.equals(expected.text())) {
      String jinja = expected.text() == null ? expected.error() : expected.text();
      differences.add(name + " " + chat + "\n  jinja2 " + jinja + "\n  Herd " + text);
    }
  }

  private static PromptRenderer renderer(String source) {
    return PromptRenderer.of(
        Fixtures.ready(), PublicTemplates.chat(source), PublicTemplates.specials(source));
  }

  private static JsonObject request(String source, List<Message> chat) {
    boolean parts = new JinjaTemplate("it", source, Fixtures.DATE, true).readsParts();
    List<Map<String, Object>> messages = new ArrayList<>();
    for (Message each : chat) {
      Map<String, Object> message = new LinkedHashMap<>();
      Map<String, Object> part = new LinkedHashMap<>();
      part.put("type", "text");
      part.put("text", each.content());
      message.put("role", each.role());
      message.put("content", parts ? List.of(part) : each.content());
      messages.add(message);
    }
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("messages", messages);
    context.put("tools", null);
    context.put("documents", null);
    context.put("add_generation_prompt", true);
    context.put("bos_token", PublicTemplates.BOS);
    context.put("eos_token", PublicTemplates.EOS);
    context.put("date_string", Fixtures.DATE);
    JsonObject request = new JsonObject();
    request.addProperty("source", source);
    Gson gson = new Gson().newBuilder().serializeNulls().create();
    request.add("context", gson.toJsonTree(context));
    return request;
  }

  private static List<Map<String, Object>> rows(List<Message> chat) {
    return chat.stream().map(each -> Fixtures.message(each.role(), each.content())).toList();
  }

  private static List<List<Message>> conversations() throws IOException {
    List<List<String>> all =
        new Gson()
            .fromJson(
                Files.readString(CONVERSATIONS), new TypeToken<List<List<String>>>() {}.getType());
    return all.stream()
        .map(chat -> chat.stream().map(ChatTemplateDifferencesTest::turn).toList())
        .toList();
  }

  private static Message turn(String line) {
    int colon = line.indexOf(": ");
    return new Message(line.substring(0, colon), line.substring(colon + 2));
  }
}
