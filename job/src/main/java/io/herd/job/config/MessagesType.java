package io.herd.job.config;

import static io.herd.job.config.ValueType.quote;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.herd.udfs.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat: messages with a role and a template for their content; the last one is to be answered or
 * judged.
 */
record MessagesType() implements ValueType<List<Message>> {
  private static final List<String> ROLES = List.of("system", "user", "assistant");

  @Override
  public List<Message> read(ConfigValue value) {
    if (!(value instanceof ConfigList list) || list.isEmpty()) {
      throw new IllegalArgumentException("is not a list of messages");
    }
    List<Message> messages = new ArrayList<>();
    for (ConfigValue element : list) {
      messages.add(message("message " + (messages.size() + 1), element));
    }
    return List.copyOf(messages);
  }

  private static Message message(String name, ConfigValue value) {
    if (!(value instanceof ConfigObject message)) {
      throw new IllegalArgumentException("has a " + name + " that is not in braces");
    }
    message
        .keySet()
        .forEach(
            key -> {
              if (!List.of("role", "content").contains(key)) {
                throw new IllegalArgumentException(
                    "has a " + name + " with the key " + key + "; it may have role and content");
              }
            });
    String role = text(name, "role", message);
    if (!ROLES.contains(role)) {
      throw new IllegalArgumentException("has a " + name + " with the role " + quote(role));
    }
    return new Message(role, text(name, "content", message));
  }

  private static String text(String name, String key, ConfigObject message) {
    if (!message.containsKey(key)) {
      throw new IllegalArgumentException("has a " + name + " without " + key);
    }
    try {
      return ValueType.textOf(message.get(key));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "has a " + name + " whose " + key + " " + e.getMessage(), e);
    }
  }

  @Override
  public String allowed() {
    return "a list of messages, each { role = system, user or assistant, content = a template }";
  }
}
