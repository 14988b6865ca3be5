package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.text.PromptSettings.Chat;
import java.util.Optional;

/** What {@code herd.prompt.chat = auto} comes to with a model. */
public final class ChatChoice {
  private ChatChoice() {}

  /** For the reader; empty when the configuration says on or off itself. */
  public static Optional<String> text(Settings settings, ResolvedModel model) {
    if (settings.prompt().chat() != Chat.AUTO) {
      return Optional.empty();
    }
    return Optional.of(
        model.chatTemplate() == null
            ? "auto is off: the model has no chat template"
            : "auto is on: prompts are put into the model's chat template");
  }
}
