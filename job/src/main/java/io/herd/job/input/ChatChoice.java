package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.TemplateArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code herd.prompt}'s keys about chat templates come to with a model. */
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

  /** What else is to be said: of arguments that the template doesn't read, and of reasoning. */
  public static List<String> notes(Settings settings, ResolvedModel model) {
    List<String> notes = new ArrayList<>();
    if (!settings.prompt().arguments().equals(TemplateArguments.NONE)) {
      notes.addAll(
          PromptRenderer.of(settings.prompt(), model.chatTemplate(), model.specialTokens())
              .argumentNotes());
    }
    ReasoningForm.note(settings, model).ifPresent(notes::add);
    return notes;
  }
}
