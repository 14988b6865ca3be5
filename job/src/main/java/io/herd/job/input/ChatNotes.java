package io.herd.job.input;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.sample.Moderation;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.TemplateArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How {@code herd.prompt}'s keys about chat templates apply to a model. */
public final class ChatNotes {
  private ChatNotes() {}

  /** Returns a sentence for people; empty when the configuration says on or off itself. */
  public static Optional<String> text(Settings settings, ResolvedModel model) {
    if (settings.prompt().chat() != Chat.AUTO) {
      return Optional.empty();
    }
    return Optional.of(
        model.chatTemplate() == null
            ? "auto is off: the model has no chat template"
            : "auto is on: prompts are put into the model's chat template");
  }

  /** Returns the categories by which chats are judged; empty without moderation. */
  public static Optional<String> moderation(Settings settings, ResolvedModel model) {
    Moderation how = settings.labelling().moderation();
    if (how == null) {
      return Optional.empty();
    }
    List<String> codes = renderer(settings, model).categories();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the last message of each chat, by %d categories (%s); unsafe from a probability of %s",
            codes.size(),
            String.join(", ", codes),
            how.threshold()));
  }

  private static PromptRenderer renderer(Settings settings, ResolvedModel model) {
    return PromptRenderer.of(settings.prompt(), model.chatTemplate(), model.specialTokens());
  }

  /** Returns further notes: about variables that the template doesn't read, and about reasoning. */
  public static List<String> notes(Settings settings, ResolvedModel model) {
    List<String> notes = new ArrayList<>();
    if (!settings.prompt().arguments().equals(TemplateArguments.NONE)) {
      notes.addAll(renderer(settings, model).argumentNotes());
    }
    ReasoningForm.note(settings, model).ifPresent(notes::add);
    return notes;
  }
}
