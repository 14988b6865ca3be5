package io.herd.job.config;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Map;

/** A JSON schema: written in place as a group or as JSON text, or the path of a file with it. */
record SchemaType() implements ValueType<String> {

  /** Either JSON text, which begins with a brace, or a path. */
  @Override
  public String read(ConfigValue value) {
    if (value instanceof ConfigObject) {
      return json(value).toString();
    }
    String text = ValueType.textOf(value).strip();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is blank; leave the key out for no format");
    }
    return text;
  }

  static boolean isJson(String text) {
    return text.startsWith("{");
  }

  @Override
  public String allowed() {
    return "a JSON schema as a group in braces or as text, or the path of a file that holds it";
  }

  @Override
  public boolean isOpenGroup() {
    return true;
  }

  private static JsonElement json(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> object((ConfigObject) value);
      case LIST -> {
        JsonArray list = new JsonArray();
        ((ConfigList) value).forEach(element -> list.add(json(element)));
        yield list;
      }
      case NUMBER -> new JsonPrimitive(new BigDecimal(ValueType.textOf(value)));
      case BOOLEAN -> new JsonPrimitive((Boolean) value.unwrapped());
      case STRING -> new JsonPrimitive((String) value.unwrapped());
      case NULL -> JsonNull.INSTANCE;
    };
  }

  /** HOCON forgets the order of keys, but not their lines; properties come in this order. */
  private static JsonObject object(ConfigObject group) {
    JsonObject object = new JsonObject();
    group.entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<String, ConfigValue> member) ->
                        member.getValue().origin().lineNumber())
                .thenComparing(Map.Entry::getKey))
        .forEach(member -> object.add(member.getKey(), json(member.getValue())));
    return object;
  }
}
