package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.udfs.files.Digests;
import io.herd.udfs.text.Examples;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A digest of everything that decides which rows and result keys a snapshot has. Work-dirs hold it:
 * every part has a form of its own, which stays whatever classes and reports come to print.
 */
final class Fingerprint {
  /** Settings that are digested last. */
  private static final List<String> LAST = List.of("gold-column", "engine");

  private Fingerprint() {}

  /**
   * The digest in hex.
   *
   * @param manifest the digest of the model's files
   */
  static String of(Settings settings, Examples examples, String manifest, String dtype) {
    Map<String, String> deciding = settings.deciding();
    Digests.Builder digest = new Digests.Builder();
    deciding.forEach(
        (name, text) -> {
          if (!LAST.contains(name)) {
            digest.text(text);
          }
        });
    digest.text("Examples[answer=" + examples.answer() + ", rows=" + text(examples.rows()) + "]");
    digest.text(manifest).text(dtype);
    digest.text(settings.goldColumn().orElse("")).text(deciding.get("engine"));
    return digest.hex();
  }

  /** Of a row's value: see {@link io.herd.udfs.partition.RowMap} for what there is. */
  private static String text(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Fingerprint::text).collect(Collectors.joining(", ", "[", "]"));
    }
    return String.valueOf(value); // texts, numbers, booleans, null
  }
}
