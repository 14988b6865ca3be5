package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Chat templates that public packages ship, with special tokens to render them with. */
final class PublicTemplates {
  static final String BOS = "<BOS>";
  static final String EOS = "<EOS>";
  private static final Pattern SPECIAL = Pattern.compile("<\\|[a-z_0-9]+\\|>");

  private PublicTemplates() {}

  /** The templates by their files' names. */
  static Map<String, String> all() throws IOException {
    String folder = System.getenv("HERD_TEST_CHAT_TEMPLATES");
    assertThat(folder).as("HERD_TEST_CHAT_TEMPLATES, filled by jinja/templates.py").isNotBlank();
    Map<String, String> templates = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      for (Path file : files.toList()) {
        templates.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return templates;
  }

  static ChatTemplate chat(String source) {
    return new ChatTemplate(source, BOS, EOS, Map.of());
  }

  /** What looks like special tokens in a template. */
  static List<String> specials(String source) {
    List<String> specials = new ArrayList<>(List.of(BOS, EOS));
    SPECIAL.matcher(source).results().map(found -> found.group()).distinct().forEach(specials::add);
    return specials;
  }
}
