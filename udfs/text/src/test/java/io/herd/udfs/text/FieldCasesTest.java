package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.text.PromptSettings.Chat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Prompts that came out otherwise than in Python here, and in reports of other projects: {@code
 * field_cases.json}, by {@code field_cases.py}.
 */
class FieldCasesTest {
  private static final Path CASES = Path.of("src/test/resources/jinja/field_cases.json");
  private static final List<String> SPECIALS =
      List.of("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>");

  /**
   * One of them.
   *
   * @param template over a row, or null
   * @param chatTemplate over turns, or null
   */
  private record Case(
      String name,
      String template,
      Map<String, Object> row,
      String chatTemplate,
      List<String> turns,
      String text) {}

  @TestFactory
  List<DynamicTest> render_casesOfTheField_areAsInPython() throws IOException {
    List<Case> cases =
        new Gson()
            .newBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create()
            .fromJson(Files.readString(CASES), new TypeToken<List<Case>>() {}.getType());
    assertThat(cases).hasSize(16);
    return cases.stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.name(), () -> assertThat(rendered(each)).isEqualTo(each.text())))
        .toList();
  }

  private static String rendered(Case each) {
    if (each.template() != null) {
      PromptSettings settings = Fixtures.templated(each.template(), Chat.OFF);
      return PromptRenderer.of(settings, null, SPECIALS).render(new HashMap<>(each.row())).text();
    }
    ChatTemplate template =
        new ChatTemplate(each.chatTemplate(), "<|begin_of_text|>", "<|eot_id|>", Map.of());
    List<Map<String, Object>> chat =
        each.turns().stream()
            .map(turn -> turn.split(": ", 2))
            .map(turn -> Fixtures.message(turn[0], turn[1]))
            .toList();
    return PromptRenderer.of(Fixtures.ready(), template, SPECIALS)
        .render(Map.of("chat", chat))
        .text();
  }
}
