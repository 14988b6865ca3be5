package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.udfs.files.Digests;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.text.Examples;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A digest of everything that determines the rows and result keys of a snapshot. Work-dirs hold it:
 * every part has a form of its own, which stays whatever classes and reports come to print.
 */
final class Fingerprint {
  /** Settings that are digested last. */
  private static final List<String> LAST = List.of("gold-column", "engine");

  /** The files of a model that determine a prompt, but not its answer. */
  private static final List<String> PROMPT_FILES =
      List.of("chat_template.jinja", "special_tokens_map.json", "tokenizer_config.json");

  private Fingerprint() {}

  /**
   * Returns the digest in hex. Beside what is part of the results' keys it covers the model's files
   * that prompts are made with, and the time zone that templates print times in.
   */
  static String of(
      Settings settings, Examples examples, ModelManifest model, String dtype, String timeZone) {
    Digests.Builder digest = new Digests.Builder();
    digest.text(of(settings.deciding(), settings, examples, model.digest(), dtype));
    for (ModelManifest.Entry file : model.files()) {
      if (PROMPT_FILES.contains(file.name())) {
        String content = file.blobId() != null ? file.blobId() : file.sha256();
        digest.text(file.name()).text(content); // of the Hub's files the SHA-256 may come later
      }
    }
    return digest.text(timeZone).hex();
  }

  /**
   * Returns the digest of 0.1.0, to recognize runs that it left unfinished.
   *
   * @param manifest the digest of the model's files
   */
  static String first(Settings settings, Examples examples, String manifest, String dtype) {
    return of(settings.decidingMasked(), settings, examples, manifest, dtype);
  }

  private static String of(
      Map<String, String> deciding,
      Settings settings,
      Examples examples,
      String manifest,
      String dtype) {
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

  /** Formats a row's value; {@link io.herd.udfs.partition.RowMap} lists the types. */
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
