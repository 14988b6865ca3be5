package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The families of Llama: each has a licence of its own, and not each can be run. */
final class Family {
  private static final Pattern LLAMA =
      Pattern.compile("llama-?([234](?:\\.[0-9])?)(?![0-9.]*b)", Pattern.CASE_INSENSITIVE);
  private static final Pattern VISION =
      Pattern.compile("llama-3\\.2-.*(vision|11b|90b)", Pattern.CASE_INSENSITIVE);

  private Family() {}

  /** Such as {@code Llama 3.1}, if the id names one. */
  static Optional<String> of(RepoId id) {
    Matcher name = LLAMA.matcher(id.text());
    return name.find() ? Optional.of("Llama " + name.group(1)) : Optional.empty();
  }

  /**
   * Refuses what can't be run, before anything is fetched.
   *
   * @param modelType as the Hub has it from {@code config.json}; empty when unknown
   */
  static void check(RepoId id, String modelType) {
    // a model of another owner may have borrowed the name for a Llama that is supported
    boolean byName = !modelType.equals("llama") || id.text().startsWith("meta-llama/");
    if (modelType.equals("mllama") || (byName && VISION.matcher(id.text()).find())) {
      throw unsupported(id, "Llama 3.2 with vision (11B, 90B)");
    }
    boolean four = byName && of(id).filter("Llama 4"::equals).isPresent();
    if (four || modelType.startsWith("llama4")) {
      throw unsupported(id, "Llama 4");
    }
    if (!modelType.isEmpty() && !modelType.equals("llama")) {
      throw unsupported(id, "the architecture \"" + modelType + "\"");
    }
  }

  private static UserException unsupported(RepoId id, String what) {
    return new UserException(
        id + " is not supported: " + what + " is computed differently from the Llamas that are",
        "choose a text model of Llama 2, 3, 3.1, 3.2 (1B or 3B) or 3.3, such as"
            + " meta-llama/Llama-3.1-8B-Instruct.");
  }
}
