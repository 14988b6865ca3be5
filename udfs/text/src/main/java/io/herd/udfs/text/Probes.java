package io.herd.udfs.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Sample chats like those of rows, for rendering before there is a row: a template that fails on
 * one of them would fail rows in the middle of a long run.
 */
final class Probes {
  private static final List<String> CONTENTS = List.of("False", "", " 0\n", "{{ x }} 👍");

  private final BinaryOperator<List<Message>> conversation;
  private final PromptSettings settings;

  /**
   * @param conversation makes a chat of a row's turns and of examples
   */
  Probes(BinaryOperator<List<Message>> conversation, PromptSettings settings) {
    this.conversation = conversation;
    this.settings = settings;
  }

  /** Returns chats between user and assistant, with and without a system message. */
  List<List<Message>> plain() {
    List<List<Message>> chats = new ArrayList<>();
    for (String content : CONTENTS) {
      chats.add(conversation.apply(turns(content), List.of()));
      if (settings.messagesColumn() != null) {
        Message user = new Message(Message.USER, content);
        Message assistant = new Message(Message.ASSISTANT, content);
        chats.add(List.of(user, assistant, user));
        chats.add(List.of(new Message(Message.SYSTEM, content), user, assistant, user));
      }
    }
    return chats;
  }

  private List<Message> turns(String content) {
    return settings.messages().isEmpty()
        ? List.of(new Message(Message.USER, content))
        : settings.messages().stream().map(turn -> new Message(turn.role(), content)).toList();
  }

  /**
   * Returns chats with a tool's result; many templates need more of it than a role and a content.
   */
  List<List<Message>> withTools() {
    if (settings.messagesColumn() == null) {
      return List.of();
    }
    Message user = new Message(Message.USER, "Weather?");
    Message call = new Message(Message.ASSISTANT, "calling");
    Message result = new Message("tool", "{\"t\": 21}");
    return List.of(List.of(user, call, result), List.of(user, call, result, user));
  }
}
