package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Compare;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Floats;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The filter {@code tojson} of transformers: Python's json.dumps, without HTML escapes. */
final class ToJson {
  private static final int MOST_NESTED = 200;

  private final Budget budget;
  private final boolean ascii;
  private final boolean sorted;
  private final String indent; // of one level, or null
  private final String between;
  private final String colon;
  private final StringBuilder out = new StringBuilder();
  private int depth;

  private ToJson(Bound bound, Budget budget) {
    this.budget = budget;
    this.ascii = bound.flag(0);
    this.indent = indent(bound, budget);
    this.sorted = bound.flag(3);
    if (bound.or(2, null) == null) {
      between = indent == null ? ", " : ",";
      colon = ": ";
    } else {
      List<Object> separators = Items.list(bound.at(2), budget);
      if (separators.size() != 2 || !separators.stream().allMatch(Types::isText)) {
        throw new Problem("the separators of tojson are two texts");
      }
      between = Types.text(separators.get(0));
      colon = Types.text(separators.get(1));
    }
  }

  static Object filter(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("ensure_ascii?", "indent?", "separators?", "sort_keys?");
    ToJson json = new ToJson(bound, rendering.budget());
    json.add(value);
    return rendering.budget().text(json.out.toString());
  }

  private static String indent(Bound bound, Budget budget) {
    if (bound.or(1, null) == null) {
      return null;
    }
    if (Types.isText(bound.at(1))) {
      return bound.text(1);
    }
    int width = Math.max(0, bound.integer(1, 0));
    budget.chars(width);
    return " ".repeat(width);
  }

  private void add(Object value) {
    budget.step();
    budget.chars(out.length() > Budget.MOST_CHARS ? out.length() : 0);
    if (Types.isText(value)) {
      quote(Types.text(value));
    } else if (value == null || value instanceof Boolean || Types.isNumber(value)) {
      out.append(scalar(value));
    } else if (value instanceof List<?> list) {
      list(list);
    } else if (value instanceof Tuple tuple) {
      list(tuple.items());
    } else if (value instanceof Dict dict) {
      dict(dict);
    } else {
      throw new Problem(Types.a(value) + " can't be written as JSON");
    }
  }

  private String scalar(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof Double number) {
      boolean finite = !number.isNaN() && !number.isInfinite();
      return finite
          ? Floats.repr(number)
          : number.isNaN() ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  private void enter() {
    if (++depth > MOST_NESTED) {
      throw new Problem("a value is nested more than " + MOST_NESTED + " deep");
    }
  }

  private void list(List<?> items) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    enter();
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i);
      add(items.get(i));
    }
    close(']');
  }

  private void dict(Dict dict) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    enter();
    List<Object> keys = new ArrayList<>(dict.keys());
    if (sorted) {
      Comparator<Object> order = Compare.order(budget);
      keys.sort(order);
    }
    out.append('{');
    for (int i = 0; i < keys.size(); i++) {
      separate(i);
      quote(key(keys.get(i)));
      out.append(colon);
      add(dict.get(keys.get(i)));
    }
    close('}');
  }

  private String key(Object key) {
    boolean named = key == null || Types.isText(key) || Types.isNumber(key);
    if (!named) {
      throw new Problem(Types.a(key) + " can't be a key in JSON");
    }
    return Types.isText(key) ? Repr.str(key, budget) : scalar(key);
  }

  private void separate(int index) {
    out.append(index == 0 ? "" : between);
    line();
  }

  private void close(char bracket) {
    depth--;
    line();
    out.append(bracket);
  }

  private void line() {
    if (indent != null) {
      budget.chars(
          out.length() + (long) indent.length() * depth > Budget.MOST_CHARS ? Long.MAX_VALUE : 0);
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void quote(String text) {
    budget.chars(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          boolean escaped = c < 0x20 || (ascii && c > 0x7e);
          out.append(escaped ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
        }
      }
    }
    out.append('"');
  }
}
