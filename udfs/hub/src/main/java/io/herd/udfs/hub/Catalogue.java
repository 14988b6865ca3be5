package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The repositories of meta-llama that can't be run, and their alternatives; conf/MODELS.md lists
 * all of its repositories.
 */
final class Catalogue {
  private static final String OWNER = "meta-llama/";
  private static final String INT8 = ", with herd.model.dtype = int8 for a small one on processors";
  private static final String ORIGINAL =
      "it holds the weights as .pth files (consolidated.*.pth), which are not read";

  private static final List<Row> ROWS =
      List.of(
          row("Llama-2-\\d+b(?:-chat)?|CodeLlama-\\d+b(?:-\\w+)?(?<!-hf)", ORIGINAL, "$0-hf"),
          row(
              "(Llama-3\\.2-\\dB-Instruct)-(?:QLORA|SpinQuant)_INT4_EO8|(Llama-Guard-3-1B)-INT4",
              "its weights are .pth files of 4 bits for ExecuTorch, which are not read",
              "$1$2" + INT8),
          row(
              "Llama-4-.*",
              "Llama 4 is a mixture of experts, whose layers are not computed",
              "Llama-3.3-70B-Instruct, or serve this one with vLLM"),
          row(
              "(?:Llama-)?Prompt-Guard-.*",
              "it is a DeBERTa classifier",
              "Llama-Guard-3-1B, or run this one with transformers or Spark NLP"));

  private Catalogue() {}

  private record Row(Pattern names, String why, String instead) {
    Optional<UserException> refusal(RepoId id) {
      Matcher name = names.matcher(id.text().substring(OWNER.length()));
      if (!name.matches()) {
        return Optional.empty();
      }
      return Optional.of(
          new UserException(
              id + " is not supported: " + why, "choose " + OWNER + said(name) + "."));
    }

    /** Ignores groups that don't match a part of the name. */
    private String said(Matcher name) {
      String text = instead.replace("$0", name.group());
      for (int i = 1; i <= name.groupCount(); i++) {
        text = text.replace("$" + i, name.group(i) == null ? "" : name.group(i));
      }
      return text;
    }
  }

  private static Row row(String names, String why, String instead) {
    return new Row(Pattern.compile(names), why, instead);
  }

  /** Returns why a repository can't be run, and an alternative; empty for all others. */
  static Optional<UserException> refusal(RepoId id) {
    return id.text().startsWith(OWNER)
        ? ROWS.stream().flatMap(row -> row.refusal(id).stream()).findFirst()
        : Optional.empty();
  }
}
