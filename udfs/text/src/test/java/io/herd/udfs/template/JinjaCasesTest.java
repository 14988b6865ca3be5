package io.herd.udfs.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import io.herd.udfs.template.Jinja2.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What templates do in Python and used to do otherwise here, and the constructs of Jinja's
 * documentation. {@code cases.json} has what jinja2 makes of each, by {@code cases.py}.
 */
class JinjaCasesTest {
  private static final Path CASES = Path.of("src/test/resources/jinja/cases.json");

  @TestFactory
  List<DynamicTest> render_cases_areAsInPython() throws IOException {
    JsonArray cases = JsonParser.parseString(Files.readString(CASES)).getAsJsonArray();
    List<DynamicTest> tests = new ArrayList<>();
    cases.forEach(
        each -> {
          Case jinja = Jinja2.parse(each.getAsJsonObject());
          tests.add(DynamicTest.dynamicTest(jinja.source(), () -> check(jinja)));
        });
    assertThat(tests).hasSizeGreaterThan(200);
    return tests;
  }

  private static void check(Case jinja) {
    if (jinja.text() == null) {
      assertThatThrownBy(() -> text(jinja)).isInstanceOf(UserException.class);
    } else {
      assertThat(text(jinja)).isEqualTo(jinja.text());
    }
  }

  private static String text(Case jinja) {
    return new JinjaTemplate("it", jinja.source(), "01 Feb 2025", true).probe(jinja.context());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "a{{ nope.x }}=>line 1, column 5: `nope.x`: `nope` is undefined",
        "{{ nope.x.y }}=>line 1, column 4: `nope.x`: `nope` is undefined",
        "{{ d.nope + 'x' }}=>line 1, column 4: `d.nope + 'x'`: a dict has no `nope`",
        "{% for m in 5 %}{% endfor %}=>line 1, column 13: `5`: an int has no items to loop over",
        "{% set a, b = [1] %}=>line 1, column 8: `a, b`: 2 variables are given 1 values",
        "{{ 'a' + 1 }}=>line 1, column 4: `'a' + 1`: `+` doesn't take a str and an int",
        "{{ [].append(1) }}=>`[].append(1)`: a template can't change a list by `append`",
        "{{ 'a' | center(width=2, x=3) }}=>`'a' | center(width=2, x=3)`: unknown arguments; known",
        "{% if a %}=>line 1, column 11: ``: expected `elif` or `else` or `endif`, got `end of",
        "{{ a | upper( }}=>line 1, column 15: `}`: unexpected `}`",
      })
  void render_whatFails_isSaidWithItsPlace(String source, String says) {
    JinjaTemplateProbe probe = new JinjaTemplateProbe(source);

    assertThatThrownBy(probe::render)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("Herd can't render it, line 1, column ")
        .hasMessageContaining(says);
  }

  /** A template with a dict. */
  private record JinjaTemplateProbe(String source) {
    String render() {
      return new JinjaTemplate("it", source, "01 Feb 2025", true)
          .probe(Map.of("d", Map.of("a", 1)));
    }
  }

  @Test
  void readsParts_asVllmTells_byLoopsOverContents() {
    String loop =
        "{% for m in messages %}{% for c in m.content %}{{ c.text }}{% endfor %}{% endfor %}";
    String renamed =
        "{% set all = messages[1:] %}{% for m in all %}{% set c = m['content'] %}"
            + "{% for part in c | list %}{{ part.text }}{% endfor %}{% endfor %}";
    String tested =
        "{% for m in messages %}{% if m.content is iterable %}{{ m.content | tojson }}{% endif %}"
            + "{% endfor %}";

    assertThat(parts(loop)).isTrue();
    assertThat(parts(renamed)).isTrue();
    assertThat(parts(tested)).isFalse();
    assertThat(parts("{% for m in messages %}{{ m.content }}{% endfor %}")).isFalse();
  }

  private static boolean parts(String source) {
    return new JinjaTemplate("it", source, "01 Feb 2025", true).readsParts();
  }
}
