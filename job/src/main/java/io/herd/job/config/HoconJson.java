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

/** Values of HOCON as JSON. */
final class HoconJson {
  private HoconJson() {}

  /** This value as JSON; numbers keep their digits. */
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

  /** HOCON forgets the order of keys, but not their lines; members come in this order. */
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
