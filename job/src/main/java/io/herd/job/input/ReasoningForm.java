package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.Reasoning;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** How a model marks the reasoning in its completions. */
public final class ReasoningForm {
  /**
   * Placeholder contents for rows, which are also valid roles, so that chats in a column can be
   * rendered.
   */
  private static final List<String> CONTENTS = List.of("user", "assistant");

  private static final String END = "</think>";

  private ReasoningForm() {}

  /**
   * Returns how reasoning is split from answers, if the configuration asks for it.
   *
   * @param columns the input's
   * @throws UserException when the tags don't show in completions
   */
  public static Optional<Reasoning> of(StructType columns, Settings settings, ResolvedModel model) {
    Optional<Reasoning> asked = settings.reasoning();
    if (asked.isEmpty()) {
      return asked;
    }
    Reasoning tags = asked.get();
    if (!model.tokenizer().specialIds(List.of(tags.start(), tags.end())).isEmpty()) {
      throw new UserException(
          "herd.generate.reasoning-tags are special tokens of this model, which completions leave"
              + " out",
          "remove the key: its completions have no tags that separate reasoning and answer.");
    }
    return Optional.of(tags.opened(isOpened(tags, columns, settings, model)));
  }

  private static boolean isOpened(
      Reasoning tags, StructType columns, Settings settings, ResolvedModel model) {
    PromptRenderer renderer =
        PromptRenderer.of(settings.prompt(), model.chatTemplate(), model.specialTokens());
    for (String content : CONTENTS) {
      try {
        return tags.isOpenedBy(renderer.render(ContentFree.row(columns, content)).text());
      } catch (RowException e) {
        // not every template takes these contents
      }
    }
    return false;
  }

  /** Returns a note that reasoning could have its own column, if the chat template marks it. */
  static Optional<String> note(Settings settings, ResolvedModel model) {
    boolean asked = settings.reasoning().isPresent();
    boolean free = !settings.labelling().on() && settings.generate().format() == null;
    boolean chat = settings.prompt().chat() != Chat.OFF && model.chatTemplate() != null;
    return free && !asked && chat && model.chatTemplate().source().contains(END)
        ? Optional.of(
            "the model's chat template marks reasoning: generate.reasoning-tags ="
                + " [\"<think>\", \"</think>\"] puts the reasoning into its own column")
        : Optional.empty();
  }
}
