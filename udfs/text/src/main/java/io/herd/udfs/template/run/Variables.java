package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Dict;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The variables that a template receives, and Jinja's functions, as Python's values. */
final class Variables {
  /** The value of unknown names. */
  static final Object NONE = new Object();

  private final Map<String, Object> given;
  private final Map<String, Callable> functions;
  private final Map<String, Object> converted = new HashMap<>();

  Variables(Map<String, Object> given, Map<String, Callable> functions) {
    this.given = given;
    this.functions = functions;
  }

  Object get(String name) {
    if (given.containsKey(name)) {
      if (!converted.containsKey(name)) {
        converted.put(name, python(given.get(name)));
      }
      return converted.get(name);
    }
    Callable function = functions.get(name);
    return function == null ? NONE : function;
  }

  /** Converts a Java value to Python's; anything that isn't data becomes its text. */
  static Object python(Object value) {
    if (value == null || value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (value instanceof BigInteger || value instanceof BigDecimal || value instanceof Double) {
      return value;
    }
    if (value instanceof Float number) {
      return Double.valueOf(number.toString()); // as a row shows it, not 0.10000000149011612
    }
    if (value instanceof Number number) {
      return BigInteger.valueOf(number.longValue());
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(python(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Dict dict = new Dict();
      map.forEach((key, item) -> dict.put(python(key), python(item)));
      return dict;
    }
    return value.toString();
  }
}
