package io.herd.udfs.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.UserException;
import io.herd.udfs.template.Jinja2.Case;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random templates: the text that jinja2 writes, or both refuse. */
@Tag("real")
class JinjaDifferencesTest {
  private static final int TEMPLATES = 5_500;
  private static final int LEAST = 5_000; // some print where an object lies in memory

  @Test
  void render_randomTemplates_areAsInPython() throws IOException, InterruptedException {
    requireSame(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4})
  @Tag("deep")
  void render_moreTemplates_areAsInPython(long seed) throws IOException, InterruptedException {
    requireSame(seed);
  }

  private static void requireSame(long seed) throws IOException, InterruptedException {
    List<Case> cases = Jinja2.random(seed, TEMPLATES);
    List<String> differences = new ArrayList<>();
    int texts = 0;
    for (Case each : cases) {
      String text = text(each);
      texts += text == null ? 0 : 1;
      if (text == null ? each.text() != null : !text.equals(each.text())) {
        differences.add(
            "%s%n  jinja2 %s%n  Herd %s%n"
                .formatted(each.source(), each.text() == null ? each.error() : each.text(), text));
      }
    }
    assertThat(differences).isEmpty();
    assertThat(cases).hasSizeGreaterThan(LEAST);
    assertThat(texts).isGreaterThan(LEAST / 3);
  }

  private static String text(Case each) {
    try {
      return new JinjaTemplate("the template", each.source(), "01 Feb 2025", true)
          .probe(each.context());
    } catch (UserException e) {
      return null;
    }
  }
}
