package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Types;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Jinja's filters by name. */
final class Filters {
  /** Filters that give different text each time, or are made for debugging. */
  static final Set<String> REFUSED = Set.of("random", "pprint", "urlize");

  private static final Map<String, Filter> ALL = all();

  /** A filter's function. */
  interface Filter {
    Object apply(Object value, Arguments arguments, Rendering rendering);
  }

  private Filters() {}

  private static Map<String, Filter> all() {
    Map<String, Filter> all = new HashMap<>();
    all.putAll(TextFilters.ALL);
    all.putAll(HtmlFilters.ALL);
    all.putAll(NumberFilters.ALL);
    all.putAll(ListFilters.ALL);
    all.putAll(SelectFilters.ALL);
    return Map.copyOf(all);
  }

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  static Object apply(String name, Object value, Arguments arguments, Rendering rendering) {
    Filter filter = ALL.get(name);
    if (filter == null) {
      throw new Problem("the filter `" + name + "` doesn't exist");
    }
    return filter.apply(value, arguments, rendering);
  }

  /** Converts a value to text; markup stays markup. */
  static Object soft(Object value, Rendering rendering) {
    return Types.isText(value) ? value : Repr.str(value, rendering.budget());
  }

  static String string(Object value, Rendering rendering) {
    return Repr.str(value, rendering.budget());
  }

  /** Returns text that is markup if the value was. */
  static Object like(Object value, String text, Rendering rendering) {
    String bounded = rendering.budget().text(text);
    return value instanceof Markup ? new Markup(bounded) : bounded;
  }
}
