package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Filters.Filter;
import io.herd.udfs.template.values.Generator;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Types;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Filters that apply filters or tests to each item. */
final class SelectFilters {
  static final Map<String, Filter> ALL =
      Map.of(
          "map", SelectFilters::map,
          "select", (value, arguments, r) -> select(value, arguments, r, true, false),
          "reject", (value, arguments, r) -> select(value, arguments, r, false, false),
          "selectattr", (value, arguments, r) -> select(value, arguments, r, true, true),
          "rejectattr", (value, arguments, r) -> select(value, arguments, r, false, true));

  private SelectFilters() {}

  private static Generator map(Object value, Arguments arguments, Rendering rendering) {
    return Lazy.generator(
        () -> {
          if (!Types.isTrue(value)) {
            return Collections.emptyIterator();
          }
          Function<Object, Object> function = function(arguments, rendering);
          return Lazy.picked(items(value, rendering), item -> true, function);
        });
  }

  private static Iterator<Object> items(Object value, Rendering rendering) {
    return Items.of(value, rendering.budget());
  }

  private static Function<Object, Object> function(Arguments arguments, Rendering rendering) {
    Map<String, Object> named = arguments.named();
    if (!arguments.positional().isEmpty()) {
      String name = name(arguments, 0);
      Arguments rest = arguments.after(1);
      return item -> {
        rendering.budget().step();
        return Filters.apply(name, item, rest, rendering);
      };
    }
    if (!named.containsKey("attribute")) {
      throw new Problem("map takes the name of a filter, or an attribute");
    }
    if (!arguments.without("attribute").without("default").named().isEmpty()) {
      throw new Problem("map takes an attribute and a default, and no more");
    }
    Paths path = Paths.of(named.get("attribute"), named.get("default"), rendering);
    return path::at;
  }

  private static String name(Arguments arguments, int place) {
    Object name = arguments.positional().get(place);
    if (!Types.isText(name)) {
      throw new Problem("the name of a filter or test is a str, not " + Types.a(name));
    }
    return Types.text(name);
  }

  private static Generator select(
      Object value, Arguments arguments, Rendering rendering, boolean wanted, boolean attribute) {
    return Lazy.generator(
        () -> {
          if (!Types.isTrue(value)) {
            return Collections.emptyIterator();
          }
          Predicate<Object> test = test(arguments, rendering, attribute);
          return Lazy.picked(
              items(value, rendering), item -> test.test(item) == wanted, item -> item);
        });
  }

  private static Predicate<Object> test(
      Arguments arguments, Rendering rendering, boolean attribute) {
    int skipped = attribute ? 1 : 0;
    int given = arguments.positional().size();
    if (given < skipped) {
      throw new Problem("the attribute is missing");
    }
    Paths path = Paths.of(attribute ? arguments.positional().get(0) : null, rendering);
    if (given == skipped) {
      return item -> Types.isTrue(path.at(item));
    }
    String name = name(arguments, skipped);
    Arguments rest = arguments.after(skipped + 1);
    return item -> {
      rendering.budget().step();
      return Types.isTrue(Tests.apply(name, path.at(item), rest, rendering));
    };
  }
}
