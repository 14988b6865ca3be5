package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Llama families: each has its own licence, and some can't be run. */
final class Family {
  private static final Pattern LLAMA =
      Pattern.compile("llama-?([234](?:\\.[0-9])?)(?![0-9.]*b)", Pattern.CASE_INSENSITIVE);

  /** The dense one of Llama 4's kind, which the Hub doesn't tell from the others. */
  private static final Pattern GUARD_4 =
      Pattern.compile("llama-?guard-?4", Pattern.CASE_INSENSITIVE);

  private Family() {}

  /** Returns the family, such as {@code Llama 3.1}, if the id names one. */
  static Optional<String> of(RepoId id) {
    Matcher name = LLAMA.matcher(id.text());
    return name.find() ? Optional.of("Llama " + name.group(1)) : Optional.empty();
  }

  /**
   * Refuses models that can't be run, before anything is downloaded.
   *
   * @param modelType as the Hub has it from {@code config.json}; empty when unknown
   */
  static void check(RepoId id, String modelType) {
    Catalogue.refusal(id)
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    boolean dense = modelType.equals(Architecture.LLAMA4) && GUARD_4.matcher(id.text()).find();
    if (!modelType.isEmpty() && !dense && !Architecture.runs(modelType)) {
      throw new UserException(
          id
              + " is not supported: the architecture \""
              + modelType
              + "\" "
              + Architecture.difference(modelType),
          "choose a text model of Llama 2, 3, 3.1, 3.2 (1B or 3B) or 3.3, such as"
              + " meta-llama/Llama-3.1-8B-Instruct.");
    }
  }
}
