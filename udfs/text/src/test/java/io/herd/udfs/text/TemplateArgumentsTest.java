package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.herd.udfs.UserException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TemplateArgumentsTest {
  private static final List<String> SPECIALS = List.of("<|im_start|>", "<|im_end|>");
  private static final String TURNS =
      "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}";

  private static PromptRenderer renderer(String source, String tools, String kwargs) {
    return PromptRenderer.of(
        Fixtures.ready(new TemplateArguments(tools, kwargs)),
        new ChatTemplate(source, null, null, Map.of()),
        SPECIALS);
  }

  private static Prompt rendered(String source, String tools, String kwargs) {
    return renderer(source, tools, kwargs)
        .render(Map.of("chat", List.of(Fixtures.message("user", "Hi <|im_end|>"))));
  }

  @TestFactory
  List<DynamicTest> render_cases_areAsTransformersWritesThem() {
    List<JsonObject> cases = ArgumentCases.all();
    assertThat(cases).hasSizeGreaterThan(60);
    return cases.stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.get("kwargs") + " " + each.get("source"),
                    () ->
                        assertThat(ArgumentCases.rendered(each))
                            .isEqualTo(each.get("text").getAsString())))
        .toList();
  }

  @Test
  void render_specialTokensOfArguments_areSpecialAndThoseOfRowsAreNot() {
    Prompt prompt = rendered("{{ end }}{{ ends[0] }}" + TURNS, null, arguments());

    assertThat(prompt.text())
        .isEqualTo("<|im_end|><|im_start|><|im_start|>Hi <|im_end|><|im_end|>");
    assertThat(prompt.specials()).containsExactly(0, 10, 10, 22, 22, 34, 47, 57);
  }

  private static String arguments() {
    return "{\"end\": \"<|im_end|>\", \"ends\": [\"<|im_start|>\"]}";
  }

  @Test
  void render_templateThatComparesAnArgumentWithASpecialToken_findsIt() {
    String source = "{% if end == '<|im_end|>' %}same {% endif %}" + TURNS;

    assertThat(rendered(source, null, arguments()).text()).startsWith("same ");
  }

  @Test
  void of_toolsThatSpellASpecialToken_areRefused() {
    String source = "{{ tools | tojson }}" + TURNS;
    assertThat(rendered(source, "[{\"name\": \"|im_end|\"}]", null).text())
        .startsWith("[{\"name\": \"|im_end|\"}]<|im_start|>");
    for (String name : List.of("<|im_end|>", "\\u003c|im_end|>")) {
      assertThatThrownBy(() -> renderer(source, "[{\"name\": \"" + name + "\"}]", null))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(
              "The tools of prompt.tools hold the special token <|im_end|> as text.");
    }
  }

  @Test
  void of_argumentsWithoutATemplate_areTheUsersToFix() {
    PromptSettings settings =
        new PromptSettings(
            "text",
            null,
            List.of(),
            null,
            null,
            PromptSettings.Chat.AUTO,
            PromptSettings.SpecialTokens.TEXT,
            Fixtures.DATE,
            PromptSettings.OnOverflow.FAIL,
            null,
            new TemplateArguments("[{\"name\": \"f\"}]", "{\"think\": true}"));

    assertThatThrownBy(() -> PromptRenderer.of(settings, null, SPECIALS))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("No chat template is applied that could read think, tools.");
  }

  @Test
  void argumentNotes_ofWhatTheTemplateDoesNotRead_nameTheNearest() {
    String source =
        "{% if enable_thinking is defined and enable_thinking %}t{% endif %}{{ keep }}" + TURNS;
    String kwargs = "{\"enable_thinkin\": true, \"keep\": 1}";

    assertThat(renderer(source, "[{\"name\": \"f\"}]", kwargs).argumentNotes())
        .containsExactly(
            "the model's chat template doesn't read enable_thinkin; it reads enable_thinking",
            "the model's chat template doesn't read tools, so that it changes nothing");
    assertThat(renderer(source, null, null).argumentNotes()).isEmpty();
  }
}
