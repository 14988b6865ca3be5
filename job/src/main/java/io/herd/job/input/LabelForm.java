package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.RowException;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.PromptRenderer;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Checks whether labels begin as a model would continue: with a space after a colon or a word,
 * without one after a chat's header. A label in the other form is scored as text that the model
 * hardly ever writes, and the most likely of unlikely labels says little.
 */
public final class LabelForm {
  /**
   * Placeholder contents for rows, which are also valid roles, so that chats in a column can be
   * rendered.
   */
  private static final List<String> CONTENTS = List.of("user", "assistant");

  private static final String MODELS_WRITE_A_BLANK_AFTER = ":.?!])";
  private static final int LATIN = 0x250;

  private LabelForm() {}

  /**
   * Returns a warning about a run's labels; empty if they fit, or if rows decide how prompts end.
   *
   * @param columns the input's
   */
  public static Optional<String> note(
      SparkSession spark, StructType columns, Settings settings, ResolvedModel model) {
    Labelling how = settings.labelling();
    if (how.choices().isEmpty() || how.moderation() != null) {
      return Optional.empty();
    }
    if (how.multi()) {
      String question = how.questions().template().stripTrailing();
      return question.endsWith("}}")
          ? Optional.empty()
          : note(Prompt.data(how.questions().template()), List.of(how.questions().yes()));
    }
    return prompt(columns, settings, model, ExampleRows.read(spark, settings).examples())
        .flatMap(prompt -> note(prompt, how.choices().stream().map(Choice::text).toList()));
  }

  /** Returns a prompt that ends like those of all rows. */
  private static Optional<Prompt> prompt(
      StructType columns, Settings settings, ResolvedModel model, Examples examples) {
    PromptRenderer renderer =
        PromptRenderer.of(settings.prompt(), model.chatTemplate(), model.specialTokens(), examples);
    Prompt found = null;
    for (String content : CONTENTS) {
      try {
        Prompt prompt = renderer.render(ContentFree.row(columns, content));
        if (found != null && last(found) != last(prompt)) {
          return Optional.empty();
        }
        found = prompt;
      } catch (RowException e) {
        // not every template takes these contents
      }
    }
    return Optional.ofNullable(found).filter(prompt -> !prompt.text().isEmpty());
  }

  private static char last(Prompt prompt) {
    return prompt.text().isEmpty() ? 0 : prompt.text().charAt(prompt.text().length() - 1);
  }

  /** Returns a warning about labels after a prompt. */
  static Optional<String> note(Prompt prompt, List<String> labels) {
    String text = prompt.text();
    char last = last(prompt);
    boolean special =
        !prompt.specials().isEmpty()
            && prompt.specials().get(prompt.specials().size() - 1) == text.length();
    if (special || Character.isWhitespace(last)) {
      return labels.stream()
          .filter(label -> Character.isWhitespace(label.charAt(0)))
          .findFirst()
          .map(
              label ->
                  String.format(
                      "\"%s\" begins with a space, and the prompt ends with %s, after which models"
                          + " write none: write \"%s\", or set prompt.chat = off",
                      label, special ? "a special token" : end(prompt), label.strip()));
    }
    boolean word = isWord(last) || MODELS_WRITE_A_BLANK_AFTER.indexOf(last) >= 0;
    return labels.stream()
        .filter(label -> word && isWord(label.charAt(0)))
        .findFirst()
        .map(
            label ->
                String.format(
                    "\"%s\" begins without a space, and the prompt ends with \"%s\", after which"
                        + " models write one: write \" %s\"",
                    label, last, label));
  }

  private static String end(Prompt prompt) {
    if (!prompt.specials().isEmpty()) {
      return "a chat's header";
    }
    return prompt.text().endsWith(" ") ? "a space" : "a line break";
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) && c < LATIN;
  }
}
