package io.herd.udfs.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The variables of a chat template beside messages, like those of transformers' {@code
 * apply_chat_template}. Kept as JSON, so that it travels to executors and has one form.
 *
 * @param tools the argument {@code tools}: a list of objects; null for none
 * @param kwargs further arguments: an object whose members are variables; null for none
 * @param policy the categories to judge by; null where chats aren't judged
 */
public record TemplateArguments(String tools, String kwargs, Policy policy)
    implements Serializable {
  public static final TemplateArguments NONE = new TemplateArguments(null, null);

  /** Creates variables for chats that aren't judged. */
  public TemplateArguments(String tools, String kwargs) {
    this(tools, kwargs, null);
  }

  /** Returns the names of the variables. */
  List<String> names() {
    List<String> names = new ArrayList<>(variables().keySet());
    if (tools != null) {
      names.add("tools");
    }
    return names;
  }

  /** Returns the tools' JSON with only the necessary escapes. */
  String toolTexts() {
    return tools == null ? "" : JsonParser.parseString(tools).toString();
  }

  /** Returns the tools in the form that templates read, or null. */
  Object toolValues() {
    return tools == null ? null : value(JsonParser.parseString(tools));
  }

  /** Returns the other variables in the form that templates read, by name. */
  Map<String, Object> variables() {
    return kwargs == null ? Map.of() : object(JsonParser.parseString(kwargs).getAsJsonObject());
  }

  private static Map<String, Object> object(JsonObject object) {
    Map<String, Object> values = new LinkedHashMap<>();
    object.entrySet().forEach(member -> values.put(member.getKey(), value(member.getValue())));
    return values;
  }

  private static Object value(JsonElement element) {
    if (element instanceof JsonObject object) {
      return object(object);
    }
    if (element instanceof JsonArray array) {
      List<Object> items = new ArrayList<>();
      array.forEach(item -> items.add(value(item)));
      return items;
    }
    if (!(element instanceof JsonPrimitive single)) {
      return null;
    }
    if (single.isBoolean()) {
      return single.getAsBoolean();
    }
    String text = single.getAsString();
    return single.isString() ? text : number(text);
  }

  /** Parses numbers like Python: digits alone are an int, a point or an exponent makes a float. */
  private static Number number(String text) {
    boolean whole = text.chars().allMatch(c -> c == '-' || ('0' <= c && c <= '9'));
    return whole ? (Number) new BigInteger(text) : (Number) Double.valueOf(text);
  }
}
