package io.herd.udfs.text;

import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows to prompts, by the user's column or template and the model's chat template.
 *
 * <p>Row text is data: it is never evaluated as a template, and it can't write special tokens (see
 * {@link Specials}) unless {@code special-tokens = parse}. Pure Java. Used by one thread: make one
 * per task.
 */
public final class PromptRenderer {
  private static final String PARSE_REMEDY =
      "Set prompt.special-tokens = parse, if no row can hold special-token text that must stay"
          + " text; or set prompt.chat = off.";

  private final PromptSettings settings;
  private final Specials specials;
  private final JinjaTemplate prompt;
  private final JinjaTemplate chat;
  private final Map<String, Object> chatVariables;

  private PromptRenderer(
      PromptSettings settings,
      Specials specials,
      JinjaTemplate prompt,
      JinjaTemplate chat,
      Map<String, Object> chatVariables) {
    this.settings = settings;
    this.specials = specials;
    this.prompt = prompt;
    this.chat = chat;
    this.chatVariables = chatVariables;
  }

  /**
   * Prepares the templates and tries them out.
   *
   * @param template the model's chat template, or null when it has none
   * @param specialTokens the model's special tokens, see {@link Tokenizer#specialTokens}
   * @throws UserException when a template can't be rendered, chat is on without one, or the chat
   *     template builds special tokens from pieces
   */
  public static PromptRenderer of(
      PromptSettings settings, ChatTemplate template, List<String> specialTokens) {
    checkChat(settings, template);
    Specials specials = new Specials(specialTokens);
    boolean coded = settings.specialTokens() == SpecialTokens.TEXT;
    PromptRenderer renderer = make(settings, template, specials, coded);
    if (renderer.chat != null) {
      String probe = renderer.probe();
      String plain = make(settings, template, specials, false).probe();
      if (coded && !specials.expand(probe).equals(specials.parse(plain))) {
        throw new UserException(
            "The model's chat template builds its special tokens from pieces, so Herd can't tell"
                + " them from such text in rows.",
            PARSE_REMEDY);
      }
    }
    return renderer;
  }

  private static void checkChat(PromptSettings settings, ChatTemplate template) {
    if (settings.chat() == Chat.ON && template == null) {
      throw new UserException(
          "prompt.chat is on, but the model has no chat template.",
          "Use the model's instruct variant, or set prompt.chat = off.");
    }
    if (settings.system() != null && (template == null || settings.chat() == Chat.OFF)) {
      throw new UserException(
          "prompt.system is set, but no chat template is applied that could take it.",
          "Write it into prompt.template, or use an instruct model with prompt.chat = auto.");
    }
  }

  private static PromptRenderer make(
      PromptSettings settings, ChatTemplate template, Specials specials, boolean coded) {
    JinjaTemplate prompt = null;
    if (settings.template() != null) {
      String source = coded ? specials.codeSource(settings.template()) : settings.template();
      prompt =
          new JinjaTemplate("prompt.template", source, settings.date(), false).checkExpressions();
    }
    if (template == null || settings.chat() == Chat.OFF) {
      return new PromptRenderer(settings, specials, prompt, null, Map.of());
    }
    String source = coded ? specials.codeSource(template.source()) : template.source();
    Map<String, Object> variables = new HashMap<>();
    Map<String, String> tokens = new HashMap<>(template.otherTokens());
    tokens.put("bos_token", template.bosToken());
    tokens.put("eos_token", template.eosToken());
    tokens.forEach((name, token) -> variables.put(name, coded ? specials.code(token) : token));
    variables.put("add_generation_prompt", true);
    variables.put("tools", null);
    variables.put("documents", null);
    JinjaTemplate chat =
        new JinjaTemplate("the model's chat template", source, settings.date(), true);
    return new PromptRenderer(settings, specials, prompt, chat, variables);
  }

  /** Whether prompts are wrapped by the chat template, which {@link Tokenizer#encode} asks. */
  public boolean chat() {
    return chat != null;
  }

  /** The columns that a row must have. */
  public Set<String> columns() {
    return settings.template() == null
        ? Set.of(settings.column())
        : TemplateColumns.of(settings.template());
  }

  /**
   * Checks before anything runs that the input has the columns.
   *
   * @throws UserException that names the missing one, the nearest and all that there are
   */
  public void check(Set<String> columns) {
    TemplateColumns.check(
        columns(), columns, settings.template() == null ? "prompt.column" : "prompt.template");
  }

  /**
   * The prompt of one row.
   *
   * @param row the columns by name
   * @throws RowException when the prompt's column is null or a template fails; the message holds
   *     nothing of the row's text
   */
  public Prompt render(Map<String, Object> row) {
    String text = chat == null ? content(row) : chat.render(conversation(content(row)));
    return settings.specialTokens() == SpecialTokens.PARSE
        ? specials.parse(text)
        : specials.expand(text);
  }

  private String content(Map<String, Object> row) {
    if (prompt == null) {
      Object value = row.get(settings.column());
      if (value == null) {
        throw new RowException("the prompt column `" + settings.column() + "` is null");
      }
      return (String) data(value.toString());
    }
    Map<String, Object> variables = new HashMap<>();
    row.forEach((name, value) -> variables.put(name, data(value)));
    return prompt.render(variables);
  }

  private Map<String, Object> conversation(String content) {
    List<Map<String, String>> messages = new ArrayList<>();
    if (settings.system() != null) {
      messages.add(Map.of("role", "system", "content", (String) data(settings.system())));
    }
    messages.add(Map.of("role", "user", "content", content));
    Map<String, Object> variables = new HashMap<>(chatVariables);
    variables.put("messages", messages);
    return variables;
  }

  private Object data(Object value) {
    if (settings.specialTokens() == SpecialTokens.PARSE) {
      return value;
    }
    if (value instanceof String string) {
      return Specials.escape(string);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(this::data).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> escaped = new LinkedHashMap<>();
      map.forEach((key, item) -> escaped.put(data(key), data(item)));
      return escaped;
    }
    return value;
  }

  /** What the chat template makes of a harmless conversation. */
  private String probe() {
    return chat.probe(conversation("What is the capital of France?"));
  }
}
