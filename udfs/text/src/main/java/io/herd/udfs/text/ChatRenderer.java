package io.herd.udfs.text;

import io.herd.udfs.template.JinjaTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A model's chat template over messages. Used by one thread. */
final class ChatRenderer {
  private final JinjaTemplate template;
  private final Map<String, Object> variables = new HashMap<>();

  /**
   * @param date what {@code strftime_now} gives
   * @param source turns the template's source into what is rendered
   * @param token turns a special token into what stands for it in the rendered text
   */
  ChatRenderer(
      ChatTemplate chat, String date, UnaryOperator<String> source, UnaryOperator<String> token) {
    Map<String, String> tokens = new HashMap<>(chat.otherTokens());
    tokens.put("bos_token", chat.bosToken());
    tokens.put("eos_token", chat.eosToken());
    tokens.forEach((name, text) -> variables.put(name, text == null ? null : token.apply(text)));
    variables.put("add_generation_prompt", true);
    variables.put("tools", null);
    variables.put("documents", null);
    template =
        new JinjaTemplate("the model's chat template", source.apply(chat.source()), date, true);
  }

  /**
   * @throws io.herd.udfs.RowException when the template can't take these messages
   */
  String render(List<Message> messages) {
    return template.render(with(messages));
  }

  /**
   * As {@link #render}, for messages that hold nothing of any row.
   *
   * @throws io.herd.udfs.UserException when it fails, with all that there is to say
   */
  String probe(List<Message> messages) {
    return template.probe(with(messages));
  }

  private Map<String, Object> with(List<Message> messages) {
    List<Map<String, String>> plain = new ArrayList<>();
    messages.forEach(each -> plain.add(Map.of("role", each.role(), "content", each.content())));
    Map<String, Object> all = new HashMap<>(variables);
    all.put("messages", plain);
    return all;
  }
}
