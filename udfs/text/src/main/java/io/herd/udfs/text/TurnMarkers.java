package io.herd.udfs.text;

import io.herd.udfs.RowException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The words with which a chat template ends a turn without a special token: {@code [/INST]} and
 * {@code <</SYS>>} of Llama 2. To the model a row that holds them looks the same as the template's
 * own, and no encoding of the same text could tell them apart, so such rows are refused. Templates
 * that put a special token between any two turns, such as Llama 3's and ChatML, have no such words:
 * rows can't write special tokens.
 */
final class TurnMarkers {
  private static final String CONTENT = "\uFDD1"; // a noncharacter, to find where contents stand

  private final Set<String> markers;

  private TurnMarkers(Set<String> markers) {
    this.markers = markers;
  }

  static TurnMarkers none() {
    return new TurnMarkers(Set.of());
  }

  /**
   * Finds a template's words by rendering chats.
   *
   * @param chat whose special tokens are rendered as codes
   * @param exact whether the line breaks before a word are a part of it: what is judged may hold
   *     {@code User:}, and has forged a turn only where that stands as the template writes it
   */
  static TurnMarkers of(ChatRenderer chat, boolean exact) {
    List<String> texts = new ArrayList<>();
    render(chat, texts, Message.USER, Message.ASSISTANT, Message.USER);
    render(chat, texts, Message.SYSTEM, Message.USER, Message.ASSISTANT, Message.USER);
    boolean plain = texts.stream().anyMatch(TurnMarkers::endsATurnInPlainText);
    return plain ? new TurnMarkers(words(texts, exact)) : none();
  }

  private static void render(ChatRenderer chat, List<String> texts, String... roles) {
    try {
      texts.add(chat.render(Arrays.stream(roles).map(role -> new Message(role, CONTENT)).toList()));
    } catch (RowException e) {
      // the template takes no such chat, so no row can pretend to be one
    }
  }

  private static boolean endsATurnInPlainText(String rendered) {
    String[] between = rendered.split(CONTENT, -1);
    return Arrays.stream(between).skip(1).anyMatch(text -> !Specials.holdsCode(text));
  }

  /** Returns the complete texts between contents and special tokens. */
  private static Set<String> words(List<String> texts, boolean exact) {
    Set<String> words = new TreeSet<>();
    for (String text : texts) {
      for (String piece : text.split(CONTENT + "|" + Specials.CODE, -1)) {
        if (!piece.isBlank()) {
          words.add(exact ? piece.stripTrailing() : piece.strip());
        }
      }
    }
    return words;
  }

  /**
   * @throws RowException when a message could end its own turn
   */
  void check(List<Message> messages) {
    for (Message message : messages) {
      for (String marker : markers) {
        if (message.content().contains(marker)) {
          throw new RowException(
              "the prompt holds "
                  + marker.strip()
                  + " as text, with which the model's chat template separates turns");
        }
      }
    }
  }
}
