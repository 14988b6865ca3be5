package io.herd.udfs.text;

import io.herd.udfs.RowException;
import io.herd.udfs.template.JinjaTemplate;
import io.herd.udfs.template.Shape;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Renders a row as messages: one user message, or a whole chat. Row text is escaped on its way, so
 * that nothing in it is a special token's code. Used by one thread.
 */
final class RowMessages {
  private static final Set<String> ROLES =
      Set.of(Message.SYSTEM, Message.USER, Message.ASSISTANT, "tool");

  /** A message's content template, and its configuration key. */
  private record Part(String role, JinjaTemplate content, String key) {}

  private final PromptSettings settings;
  private final List<Part> parts = new ArrayList<>();

  /**
   * @param coding of the special tokens in templates' sources
   */
  RowMessages(PromptSettings settings, Coding coding) {
    this.settings = settings;
    if (settings.template() != null) {
      parts.add(part(new Message(Message.USER, settings.template()), "prompt.template", coding));
    }
    for (Message message : settings.messages()) {
      parts.add(part(message, "prompt.messages, message " + (parts.size() + 1), coding));
    }
  }

  private Part part(Message message, String key, Coding coding) {
    String source = coding.source(message.content());
    JinjaTemplate content = new JinjaTemplate(key, source, settings.date(), false, coding::spelled);
    return new Part(message.role(), content, key);
  }

  /** Refuses templates that read columns or fields that the rows lack. */
  void check(SchemaCheck check) {
    if (settings.column() != null) {
      check.prompt(settings.column());
    } else if (settings.messagesColumn() != null) {
      check.messages(settings.messagesColumn());
    }
    parts.forEach(part -> check.template(part.content(), part.key()));
  }

  /** Returns the columns that prompts use. */
  Set<String> columns() {
    Set<String> columns = new TreeSet<>();
    if (settings.column() != null) {
      columns.add(settings.column());
    } else if (settings.messagesColumn() != null) {
      columns.add(settings.messagesColumn());
    }
    parts.forEach(part -> columns.addAll(part.content().reads(Shape.ANY).columns()));
    return columns;
  }

  /**
   * Returns the messages of one row; at least one.
   *
   * @throws RowException when a column is null, a template fails or a chat isn't one
   */
  List<Message> of(Map<String, Object> row) {
    if (settings.messagesColumn() != null) {
      return ready(row.get(settings.messagesColumn()));
    }
    if (settings.column() != null) {
      Object value = row.get(settings.column());
      if (value == null) {
        throw new RowException("the prompt column `" + settings.column() + "` is null");
      }
      return List.of(new Message(Message.USER, (String) data(value.toString())));
    }
    Map<String, Object> variables = variables(row);
    return parts.stream()
        .map(part -> new Message(part.role(), part.content().render(variables)))
        .toList();
  }

  /** Returns the row in the form that templates read. */
  Map<String, Object> variables(Map<String, Object> row) {
    Map<String, Object> variables = new HashMap<>();
    row.forEach((name, value) -> variables.put(name, data(value)));
    return variables;
  }

  /** Escapes text, so that it isn't read as a code. */
  Object data(Object value) {
    if (settings.specialTokens() == SpecialTokens.PARSE) {
      return value;
    }
    if (value instanceof String string) {
      return Specials.escape(string);
    }
    if (value instanceof List<?> list) {
      List<Object> escaped = new ArrayList<>(); // may hold nulls
      list.forEach(item -> escaped.add(data(item)));
      return escaped;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> escaped = new LinkedHashMap<>();
      map.forEach((key, item) -> escaped.put(data(key), data(item)));
      return escaped;
    }
    return value;
  }

  /**
   * Copies only roles and contents: other fields of a message could make a chat template write
   * more.
   */
  private List<Message> ready(Object chat) {
    String column = "the prompt column `" + settings.messagesColumn() + "` ";
    if (!(chat instanceof List<?> list) || list.isEmpty()) {
      throw new RowException(column + (chat == null ? "is null" : "holds no messages"));
    }
    List<Message> messages = new ArrayList<>();
    for (Object item : list) {
      Object role = item instanceof Map<?, ?> message ? message.get("role") : null;
      Object content = item instanceof Map<?, ?> message ? message.get("content") : null;
      String place = column + "has a message (number " + (messages.size() + 1) + ") ";
      if (content == null) {
        throw new RowException(place + "without content");
      }
      if (role == null || !ROLES.contains(role)) {
        throw new RowException(place + "whose role isn't system, user, assistant or tool");
      }
      messages.add(new Message((String) role, (String) data(content.toString())));
    }
    boolean answered = messages.get(messages.size() - 1).role().equals(Message.ASSISTANT);
    if (answered && settings.arguments().policy() == null) {
      throw new RowException(column + "ends with an assistant message: nothing is asked");
    }
    return messages;
  }
}
