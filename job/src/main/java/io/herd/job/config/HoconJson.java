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

/** Converts HOCON values to JSON. */
final class HoconJson {
  private HoconJson() {}

  /** Converts a value; numbers keep their digits. */
  static JsonElement of(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> object((ConfigObject) value);
      case LIST -> {
        JsonArray list = new JsonArray();
        ((ConfigList) value).forEach(element -> list.add(of(element)));
        yield list;
      }
      case NUMBER -> new JsonPrimitive(new BigDecimal(ValueType.textOf(value)));
      case BOOLEAN -> new JsonPrimitive((Boolean) value.unwrapped());
      case STRING -> new JsonPrimitive((String) value.unwrapped());
      case NULL -> JsonNull.INSTANCE;
    };
  }

  /**
   * HOCON forgets the order of keys but knows their lines; members are in the order of the lines.
   */
  private static JsonObject object(ConfigObject group) {
    JsonObject object = new JsonObject();
    group.entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<String, ConfigValue> member) ->
                        member.getValue().origin().lineNumber())
                .thenComparing(Map.Entry::getKey))
        .forEach(member -> object.add(member.getKey(), of(member.getValue())));
    return object;
  }
}
