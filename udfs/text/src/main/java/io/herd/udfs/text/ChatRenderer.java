package io.herd.udfs.text;

import io.herd.udfs.template.JinjaTemplate;
import io.herd.udfs.template.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Renders messages with a model's chat template. Used by one thread. */
final class ChatRenderer {
  private final JinjaTemplate template;
  private final boolean parts;
  private final UnaryOperator<String> policy;
  private final Map<String, Object> variables = new HashMap<>();

  /**
   * @param date what {@code strftime_now} and {@code date_string} give
   * @param arguments what the template reads beside messages
   * @param coding of special tokens in the source, in arguments and in the rendered text
   */
  ChatRenderer(ChatTemplate chat, String date, TemplateArguments arguments, Coding coding) {
    Map<String, String> tokens = new HashMap<>(chat.otherTokens());
    tokens.put("bos_token", chat.bosToken());
    tokens.put("eos_token", chat.eosToken());
    tokens.values().removeIf(Objects::isNull); // undefined, as within transformers
    tokens.forEach((name, text) -> variables.put(name, coding.token(text)));
    variables.put("add_generation_prompt", true);
    variables.put("date_string", date);
    variables.put("tools", coded(arguments.toolValues(), coding::data));
    variables.put("documents", null);
    arguments
        .variables()
        .forEach((name, value) -> variables.put(name, coded(value, coding::source)));
    template =
        new JinjaTemplate(
            "the model's chat template", coding.source(chat.source()), date, true, coding::spelled);
    parts = template.readsParts();
    policy = arguments.policy() == null ? text -> text : arguments.policy()::applied;
  }

  private static Object coded(Object value, UnaryOperator<String> texts) {
    if (value instanceof String text) {
      return texts.apply(text);
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>(); // may hold nulls
      list.forEach(item -> items.add(coded(item, texts)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> members = new LinkedHashMap<>();
      map.forEach((name, item) -> members.put(name, coded(item, texts)));
      return members;
    }
    return value;
  }

  /**
   * @throws io.herd.udfs.RowException when the template can't take these messages
   */
  String render(List<Message> messages) {
    return policy.apply(template.render(with(messages)));
  }

  /**
   * Renders messages without row data, so that errors may quote them.
   *
   * @throws io.herd.udfs.UserException when it fails, with all that there is to say
   */
  String probe(List<Message> messages) {
    return policy.apply(template.probe(with(messages)));
  }

  /**
   * Renders a chat; empty if the template refuses it.
   *
   * @param strictly whether it may by {@code raise_exception} alone
   * @return empty when it does
   */
  Optional<String> attempt(List<Message> messages, boolean strictly) {
    return template.attempt(with(messages), strictly).map(policy);
  }

  /** Returns the variables that the template reads. */
  Set<String> reads() {
    return template.reads(Shape.ANY).columns();
  }

  /** Returns whether the template expects contents as lists of parts. */
  boolean readsParts() {
    return parts;
  }

  private Map<String, Object> with(List<Message> messages) {
    List<Map<String, Object>> plain = new ArrayList<>();
    for (Message each : messages) {
      Map<String, Object> message = new LinkedHashMap<>(); // templates may print it
      message.put("role", each.role());
      message.put("content", parts ? parts(each.content()) : each.content());
      plain.add(message);
    }
    Map<String, Object> all = new HashMap<>(variables);
    all.put("messages", plain);
    return all;
  }

  private static List<Map<String, Object>> parts(String content) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", "text");
    part.put("text", content);
    return List.of(part);
  }
}
