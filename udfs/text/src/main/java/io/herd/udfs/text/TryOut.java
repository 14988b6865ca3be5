package io.herd.udfs.text;

import io.herd.udfs.UserException;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Renders sample chats like the rows', with special tokens as codes and as spelled, so that a
 * template that fails, or hides a special token from the codes, is found before there is a row.
 */
final class TryOut {
  private static final String PARSE_REMEDY =
      "Set prompt.special-tokens = parse, if no row can hold special-token text that must stay"
          + " text; or set prompt.chat = off.";

  private final ChatRenderer coded;
  private final ChatRenderer plain;
  private final Specials specials;
  private final PromptSettings settings;
  private final BinaryOperator<List<Message>> conversation;

  /**
   * @param coded renders as prompts are rendered
   * @param plain the same template without codes
   * @param conversation makes a chat of a row's turns and of examples
   */
  TryOut(
      ChatRenderer coded,
      ChatRenderer plain,
      Specials specials,
      PromptSettings settings,
      BinaryOperator<List<Message>> conversation) {
    this.coded = coded;
    this.plain = plain;
    this.specials = specials;
    this.settings = settings;
    this.conversation = conversation;
  }

  /**
   * Renders some chats.
   *
   * @param many whether rows have earlier turns
   * @throws UserException when the template fails, or builds special tokens from pieces
   */
  void run(boolean many) {
    List<Message> harmless = harmless(many);
    compare(coded.probe(harmless), plain.probe(harmless));
    Probes probes = new Probes(conversation, settings);
    for (List<Message> turns : probes.plain()) {
      attempt(turns, true);
    }
    for (List<Message> turns : probes.withTools()) {
      attempt(turns, false);
    }
  }

  private void attempt(List<Message> turns, boolean strictly) {
    Optional<String> text = coded.attempt(turns, strictly);
    Optional<String> other = plain.attempt(turns, strictly);
    if (text.isPresent() && other.isPresent()) {
      compare(text.get(), other.get());
    }
  }

  private void compare(String withCodes, String spelled) {
    boolean codes = settings.specialTokens() == SpecialTokens.TEXT;
    if (codes && !specials.expand(withCodes).equals(specials.parse(spelled))) {
      throw new UserException(
          "The model's chat template builds its special tokens from pieces, so Herd can't tell"
              + " them from such text in rows.",
          PARSE_REMEDY);
    }
  }

  private List<Message> harmless(boolean many) {
    List<Message> shot =
        List.of(
            new Message(Message.USER, "What is the capital of France?"),
            new Message(Message.ASSISTANT, "Paris"));
    List<Message> turns =
        settings.messages().isEmpty()
            ? List.of(new Message(Message.USER, "What is the capital of Italy?"))
            : settings.messages().stream().map(m -> new Message(m.role(), "Say it.")).toList();
    return conversation.apply(turns, many ? shot : List.of());
  }
}
