package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Compare;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** Filters that compare items. */
final class SortFilters {
  /** An item and its sort key. */
  private record Keyed(Object key, Object item) {}

  private SortFilters() {}

  static Object sort(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("reverse?", "case_sensitive?", "attribute?");
    List<Paths> paths = Paths.several(bound.or(2, null), rendering);
    Function<Object, Object> key =
        item -> {
          List<Object> keys = new ArrayList<>();
          paths.forEach(path -> keys.add(path.key(item, bound.flag(1))));
          return keys;
        };
    return sorted(Items.list(value, rendering.budget()), key, bound.flag(0), rendering.budget());
  }

  private static List<Object> sorted(
      List<Object> items, Function<Object, Object> key, boolean reverse, Budget budget) {
    List<Keyed> keyed = new ArrayList<>();
    items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
    Comparator<Object> order = Compare.order(budget);
    keyed.sort(
        (a, b) -> reverse ? order.compare(b.key(), a.key()) : order.compare(a.key(), b.key()));
    List<Object> sorted = new ArrayList<>();
    keyed.forEach(each -> sorted.add(each.item()));
    return sorted;
  }

  static Object dictsort(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("case_sensitive?", "by?", "reverse?");
    String by = bound.has(1) ? bound.text(1) : "key";
    if (!by.equals("key") && !by.equals("value")) {
      throw new Problem("dictsort sorts by key or by value");
    }
    if (!(value instanceof Dict dict)) {
      throw new Problem("dictsort takes a dict, not " + Types.a(value));
    }
    int place = by.equals("key") ? 0 : 1;
    Function<Object, Object> key =
        pair -> {
          Object part = ((Tuple) pair).items().get(place);
          return !bound.flag(0) && Types.isText(part)
              ? Types.text(part).toLowerCase(Locale.ROOT)
              : part;
        };
    return sorted(dict.items(), key, bound.flag(2), rendering.budget());
  }

  static Object unique(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("case_sensitive?", "attribute?");
    Paths path = Paths.of(bound.or(1, null), rendering);
    return Lazy.generator(
        () -> {
          Set<Object> seen = new HashSet<>();
          return Lazy.picked(
              Items.of(value, rendering.budget()),
              item -> seen.add(Dict.hashable(path.key(item, bound.flag(0)))),
              item -> item);
        });
  }

  static Object min(Object value, Arguments arguments, Rendering rendering) {
    return extreme(value, arguments, rendering, false);
  }

  static Object max(Object value, Arguments arguments, Rendering rendering) {
    return extreme(value, arguments, rendering, true);
  }

  private static Object extreme(
      Object value, Arguments arguments, Rendering rendering, boolean largest) {
    Bound bound = arguments.bind("case_sensitive?", "attribute?");
    Paths path = Paths.of(bound.or(1, null), rendering);
    Iterator<Object> items = Items.of(value, rendering.budget());
    if (!items.hasNext()) {
      return Undefined.because("there is no item to choose");
    }
    Object best = items.next();
    Object bestKey = path.key(best, bound.flag(0));
    while (items.hasNext()) {
      Object item = items.next();
      Object key = path.key(item, bound.flag(0));
      boolean better =
          largest
              ? Compare.less(bestKey, key, rendering.budget())
              : Compare.less(key, bestKey, rendering.budget());
      best = better ? item : best;
      bestKey = better ? key : bestKey;
    }
    return best;
  }

  static Object groupby(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("attribute", "default?", "case_sensitive?");
    Budget budget = rendering.budget();
    Paths path = Paths.of(bound.at(0), bound.or(1, null), rendering);
    Function<Object, Object> key = item -> path.key(item, bound.flag(2));
    List<Object> groups = new ArrayList<>();
    List<Object> group = null;
    Object last = null;
    for (Object item : sorted(Items.list(value, budget), key, false, budget)) {
      Object current = key.apply(item);
      if (group == null || !Compare.equal(last, current, budget)) {
        group = new ArrayList<>();
        groups.add(new Tuple(Arrays.asList(path.at(item), group), List.of("grouper", "list")));
      }
      last = current;
      group.add(item);
    }
    return groups;
  }
}
