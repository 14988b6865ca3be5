package io.herd.udfs.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.herd.udfs.HerdException;
import io.herd.udfs.template.values.Budget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** As {@code ModelFilesFuzzTest}, for templates. */
class TemplateFuzzTest {
  private static final Map<String, Object> ROW =
      Map.of(
          "messages",
          List.of(
              Map.of("role", "system", "content", "Be brief."),
              Map.of("role", "user", "content", "Hi")),
          "text",
          "some text",
          "tags",
          List.of("a", "b"));

  @FuzzTest(maxDuration = "60s")
  void template_anyText_isRenderedOrRefused(byte[] content) {
    String source = new String(content, StandardCharsets.UTF_8);
    try {
      JinjaTemplate template = new JinjaTemplate("the template", source, "26 Jul 2024", true);
      template.reads(Shape.ANY);
      assertThat(template.render(ROW)).hasSizeLessThanOrEqualTo(Budget.MOST_CHARS);
    } catch (HerdException refused) {
      assertThat(refused.getMessage()).contains("the template");
    }
  }
}
