package io.herd.udfs.text;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** What {@code src/test/resources/text/make.py} made with transformers. */
final class Fixtures {
  static final String DATE = "01 Feb 2025";

  /** A text, its ids without added specials, and those decoded without specials, by tokenizer. */
  record Text(String text, Map<String, int[]> ids, Map<String, String> decoded) {}

  record Case(String system, String user, String expected) {}

  record Chats(String bos, String eos, List<Case> cases) {}

  private Fixtures() {}

  static Path folder(String name) {
    try {
      return Path.of(Fixtures.class.getResource("/text/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The real model, which must be there: its tests fail rather than skip. */
  static Path realModel() {
    String folder = System.getenv("HERD_TEST_MODEL");
    if (folder == null) {
      throw new AssertionError("Set HERD_TEST_MODEL to a folder with SmolLM2-135M-Instruct.");
    }
    return Path.of(folder);
  }

  static List<Text> texts() {
    return json("texts.json.gz", new TypeToken<List<Text>>() {});
  }

  static Map<String, Chats> chats() {
    return json("chats.json", new TypeToken<Map<String, Chats>>() {});
  }

  static ChatTemplate template(String name) {
    Chats chats = chats().get(name);
    return new ChatTemplate(
        string("templates/" + name + ".jinja"), chats.bos(), chats.eos(), Map.of());
  }

  static PromptSettings column(String system, Chat chat, SpecialTokens specials) {
    return new PromptSettings("text", null, system, chat, specials, DATE);
  }

  /** A chat whose contents are templates. */
  static PromptSettings chatting(List<Message> messages) {
    return settings(messages, null, TemplateArguments.NONE);
  }

  /** A chat from the column {@code chat}. */
  static PromptSettings ready() {
    return ready(TemplateArguments.NONE);
  }

  /** As the other, where the chat template is given more. */
  static PromptSettings ready(TemplateArguments arguments) {
    return settings(List.of(), "chat", arguments);
  }

  private static PromptSettings settings(
      List<Message> messages, String column, TemplateArguments arguments) {
    return new PromptSettings(
        null,
        null,
        messages,
        column,
        null,
        Chat.ON,
        SpecialTokens.TEXT,
        DATE,
        PromptSettings.OnOverflow.FAIL,
        null,
        arguments);
  }

  static Map<String, Object> message(String role, String content) {
    return Map.of("role", role, "content", content);
  }

  static PromptSettings templated(String template, Chat chat) {
    return new PromptSettings(null, template, null, chat, SpecialTokens.TEXT, DATE);
  }

  private static String string(String name) {
    try {
      return Files.readString(folder(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T json(String name, TypeToken<T> type) {
    try (var file = Files.newInputStream(folder(name));
        var bytes = name.endsWith(".gz") ? new GZIPInputStream(file) : file;
        var reader = new InputStreamReader(bytes, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
