package io.herd.job.config;

import com.google.gson.JsonElement;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A chat template's additional variables: a group of any values, stored as JSON text. */
record KwargsType() implements ValueType<String> {
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  /** Variables that Herd sets itself, and the keys or rules behind them. */
  private static final Map<String, String> OWN =
      Map.of(
          "messages", "it is the chat itself",
          "tools", "set herd.prompt.tools",
          "date_string", "set herd.prompt.date",
          "add_generation_prompt", "it is true, so that the model answers");

  /** Variables that transformers takes from the model. */
  private static final Set<String> TOKENS =
      Set.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token",
          "additional_special_tokens");

  /** Parameters of transformers' function that don't reach the template. */
  private static final Set<String> PARAMETERS =
      Set.of(
          "conversation",
          "chat_template",
          "continue_final_message",
          "tokenize",
          "padding",
          "truncation",
          "max_length",
          "return_tensors",
          "return_dict",
          "return_assistant_tokens_mask",
          "tokenizer_kwargs");

  /** JSON text, or null where the group is empty. */
  @Override
  public String read(ConfigValue value) {
    if (!(value instanceof ConfigObject group)) {
      throw new IllegalArgumentException("is not a group of values in braces");
    }
    group.keySet().forEach(KwargsType::check);
    JsonElement json = HoconJson.of(group);
    return group.isEmpty() ? null : json.toString();
  }

  private static void check(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "sets " + ValueType.quote(name) + ", which no template can read as a name");
    }
    if (OWN.containsKey(name)) {
      throw new IllegalArgumentException("sets " + name + ", which is reserved: " + OWN.get(name));
    }
    if (TOKENS.contains(name)) {
      throw new IllegalArgumentException("sets " + name + ", which is reserved: it is the model's");
    }
    if (PARAMETERS.contains(name)) {
      throw new IllegalArgumentException(
          "sets " + name + ", which is a parameter of transformers and reaches no template");
    }
  }

  @Override
  public String allowed() {
    return "a group of values in braces, which the model's chat template reads by their names";
  }

  @Override
  public boolean hasTypedMembers() {
    return true;
  }
}
