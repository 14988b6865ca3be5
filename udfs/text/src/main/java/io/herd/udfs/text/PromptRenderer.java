package io.herd.udfs.text;

import io.herd.udfs.EditDistance;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.template.JinjaTemplate;
import io.herd.udfs.template.Shape;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Renders rows to prompts, with the user's column, template or messages, and the model's chat
 * template.
 *
 * <p>Row text is data: it is never evaluated as a template, and it can't write special tokens (see
 * {@link Specials}) unless {@code special-tokens = parse}. Where a chat template ends turns with
 * plain words, a row that holds them fails (see {@link TurnMarkers}). Pure Java. Used by one
 * thread: make one per task.
 */
public final class PromptRenderer {
  private static final String ANSWER = "prompt.examples.answer";

  /** Separates examples without a chat template. */
  private static final String EMPTY_LINE = "\n\n";

  private final PromptSettings settings;
  private final Specials specials;
  private final RowMessages rows;
  private final ChatRenderer chat; // null without
  private final TurnMarkers markers;
  private final List<Message> examples; // users' and assistant's turns

  private PromptRenderer(
      PromptSettings settings, ChatTemplate template, Specials specials, Examples examples) {
    boolean coded = settings.specialTokens() == SpecialTokens.TEXT;
    Coding coding = coded ? Coding.by(specials) : Coding.NONE;
    this.settings = settings;
    this.specials = specials;
    this.rows = new RowMessages(settings, coding);
    this.chat = template == null ? null : chat(template, coded);
    this.markers =
        coded && chat != null
            ? TurnMarkers.of(chat, settings.arguments().policy() != null)
            : TurnMarkers.none();
    this.examples = examples.rows().isEmpty() ? List.of() : turns(examples, coding);
  }

  /** Prepares and tests the templates, without examples. */
  public static PromptRenderer of(
      PromptSettings settings, ChatTemplate template, List<String> specialTokens) {
    return of(settings, template, specialTokens, Examples.NONE);
  }

  /**
   * Prepares and tests the templates.
   *
   * @param template the model's chat template, or null when it has none
   * @param specialTokens the model's special tokens, see {@link Tokenizer#specialTokens}
   * @throws UserException when a template can't be rendered, an example has no prompt, a chat
   *     template is needed and there is none, or it builds special tokens from pieces
   */
  public static PromptRenderer of(
      PromptSettings settings,
      ChatTemplate template,
      List<String> specialTokens,
      Examples examples) {
    ChatTemplate used = settings.chat() == Chat.OFF ? null : template;
    checkChat(settings, used);
    Specials specials = new Specials(specialTokens);
    if (used != null && settings.arguments().tools() != null) {
      checkTools(settings, specials);
      used = used.forTools();
    }
    PromptRenderer renderer = new PromptRenderer(settings, used, specials, examples);
    renderer.tryOut(used);
    return renderer;
  }

  private static void checkChat(PromptSettings settings, ChatTemplate template) {
    if (template != null) {
      return;
    }
    if (settings.arguments().policy() != null) {
      throw new UserException(
          "herd.task is moderation, and the model has no chat template.",
          "Choose a Llama Guard, such as meta-llama/Llama-Guard-3-1B.");
    }
    if (settings.chat() == Chat.ON) {
      throw new UserException(
          "prompt.chat is on, but the model has no chat template.",
          "Use the model's instruct variant, or set prompt.chat = off.");
    }
    if (settings.system() != null) {
      throw new UserException(
          "prompt.system is set, but no chat template is applied that could use it.",
          "Write it into prompt.template, or use an instruct model with prompt.chat = auto.");
    }
    List<String> arguments = settings.arguments().names();
    if (!arguments.isEmpty()) {
      throw new UserException(
          "No chat template is applied that could read " + String.join(", ", arguments) + ".",
          "Remove prompt.chat-template-kwargs and prompt.tools, or use an instruct model with"
              + " prompt.chat = auto.");
    }
    if (settings.isChat()) {
      throw new UserException(
          "The prompt is a chat, but no chat template is applied that could render it.",
          "Use prompt.template, or an instruct model with prompt.chat = auto.");
    }
  }

  /** Refuses special tokens in tools: transformers would read them as tokens, and rows as text. */
  private static void checkTools(PromptSettings settings, Specials specials) {
    if (settings.specialTokens() == SpecialTokens.TEXT) {
      specials
          .spelledIn(settings.arguments().toolTexts())
          .ifPresent(
              special -> {
                throw new UserException(
                    "The tools of prompt.tools hold the special token " + special + " as text.",
                    "Describe it in other words, or set prompt.special-tokens = parse if no row"
                        + " can hold special-token text that must stay text.");
              });
    }
  }

  private ChatRenderer chat(ChatTemplate template, boolean coded) {
    Coding coding = coded ? Coding.by(specials) : Coding.NONE;
    return new ChatRenderer(template, settings.date(), settings.arguments(), coding);
  }

  private JinjaTemplate answer(String source, Coding coding) {
    return new JinjaTemplate(ANSWER, source, settings.date(), false, coding::spelled);
  }

  /** Renders sample chats before there is a row. */
  private void tryOut(ChatTemplate template) {
    if (chat != null) {
      boolean many = settings.messagesColumn() != null || !examples.isEmpty();
      ChatRenderer plain = chat(template, false);
      new TryOut(chat, plain, specials, settings, this::conversation).run(many);
    }
  }

  /** Returns notes about variables that the chat template doesn't read. */
  public List<String> argumentNotes() {
    List<String> names = settings.arguments().names();
    if (chat == null || names.isEmpty()) {
      return List.of();
    }
    Set<String> read = chat.reads();
    return names.stream()
        .filter(name -> !read.contains(name))
        .map(name -> "the model's chat template doesn't read " + name + nearest(name, read))
        .toList();
  }

  private static String nearest(String name, Set<String> read) {
    return read.stream()
        .filter(other -> EditDistance.of(name, other) <= 2)
        .min(Comparator.comparingInt(other -> EditDistance.of(name, other)))
        .map(other -> "; it reads " + other)
        .orElse(", so that it changes nothing");
  }

  /** Returns the codes of the categories for moderation; empty otherwise. */
  public List<String> categories() {
    return settings.arguments().policy() == null
        ? List.of()
        : Policy.codes(chat.probe(List.of(new Message(Message.USER, "Who are you?"))));
  }

  /** Returns whether the chat template wraps prompts, for {@link Tokenizer#encode}. */
  public boolean chat() {
    return chat != null;
  }

  /** Returns the columns that prompts use. */
  public Set<String> columns() {
    return rows.columns();
  }

  /**
   * Checks before anything runs that the input has the columns that prompts use.
   *
   * @param row the shape of the input's rows
   * @throws UserException that names the first column or field that is missing, and the nearest
   */
  public void check(Shape row) {
    SchemaCheck check = new SchemaCheck(row, "the input");
    rows.check(check);
    if (settings.onOverflow() != OnOverflow.FAIL) {
      check.cut(settings.cutColumn(), columns());
    }
  }

  /**
   * Checks that the example file has the columns that prompts and answers use.
   *
   * @param answerTemplate see {@link Examples}
   */
  public void checkExamples(Shape row, String answerTemplate) {
    SchemaCheck check = new SchemaCheck(row, "the example file");
    rows.check(check);
    JinjaTemplate template = answer(answerTemplate, Coding.NONE);
    check.template(template, ANSWER);
    if (template.reads(Shape.ANY).columns().isEmpty()) {
      throw new UserException(
          ANSWER + " names no column, so that all examples would have the same answer.",
          "Write a template over the columns of the examples, such as \"{{ label }}\".");
    }
  }

  /**
   * Returns the prompt of one row.
   *
   * @param row the columns by name
   * @throws RowException when a column of the prompt is null, a template fails, or the row could
   *     end its turn; the message holds nothing of the row's text
   */
  public Prompt render(Map<String, Object> row) {
    List<Message> turns = rows.of(row);
    markers.check(turns);
    String text = chat == null ? plain(turns) : chat.render(conversation(turns, examples));
    return settings.specialTokens() == SpecialTokens.PARSE
        ? specials.parse(text)
        : specials.expand(text);
  }

  private String plain(List<Message> turns) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < examples.size(); i += 2) {
      text.append(examples.get(i).content()).append(examples.get(i + 1).content());
      text.append(EMPTY_LINE);
    }
    return text.append(turns.get(0).content()).toString();
  }

  /** Assembles the system message, the examples and the row's other turns. */
  private List<Message> conversation(List<Message> turns, List<Message> shots) {
    List<Message> all = new ArrayList<>();
    if (settings.system() != null) {
      all.add(new Message(Message.SYSTEM, (String) rows.data(settings.system())));
    }
    List<Message> others = withoutSystem(turns);
    all.addAll(turns.subList(0, turns.size() - others.size()));
    all.addAll(shots);
    all.addAll(others);
    return all;
  }

  private static List<Message> withoutSystem(List<Message> turns) {
    return turns.stream().dropWhile(Message::isSystem).toList();
  }

  private List<Message> turns(Examples given, Coding coding) {
    JinjaTemplate answer = answer(coding.source(given.answer()), coding);
    List<Message> turns = new ArrayList<>();
    for (int i = 0; i < given.rows().size(); i++) {
      try {
        List<Message> example =
            new ArrayList<>(withoutSystem(rows.of(given.rows().get(i)))); // the rows have their own
        String text = answer.render(rows.variables(given.rows().get(i)));
        example.add(new Message(Message.ASSISTANT, text));
        markers.check(example);
        turns.addAll(example);
      } catch (RowException e) {
        throw new UserException(
            "Example " + (i + 1) + " can't be used: " + e.getMessage() + ".",
            "Correct that row of prompt.examples.path, or leave it out.");
      }
    }
    return turns;
  }
}
