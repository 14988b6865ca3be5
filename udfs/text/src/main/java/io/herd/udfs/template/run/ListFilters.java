package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.run.Filters.Filter;
import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Generator;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Filters of sequences. */
final class ListFilters {
  static final Map<String, Filter> ALL =
      Map.ofEntries(
          Map.entry("first", ListFilters::first),
          Map.entry("last", ListFilters::last),
          Map.entry("length", ListFilters::length),
          Map.entry("count", ListFilters::length),
          Map.entry("list", ListFilters::list),
          Map.entry("join", ListFilters::join),
          Map.entry("reverse", ListFilters::reverse),
          Map.entry("batch", ListFilters::batch),
          Map.entry("slice", ListFilters::slice),
          Map.entry("items", ListFilters::items),
          Map.entry("sum", ListFilters::sum),
          Map.entry("default", ListFilters::orDefault),
          Map.entry("d", ListFilters::orDefault),
          Map.entry("attr", ListFilters::attribute),
          Map.entry("sort", SortFilters::sort),
          Map.entry("dictsort", SortFilters::dictsort),
          Map.entry("unique", SortFilters::unique),
          Map.entry("min", SortFilters::min),
          Map.entry("max", SortFilters::max),
          Map.entry("groupby", SortFilters::groupby));

  private ListFilters() {}

  private static Object first(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    Iterator<Object> items = Items.of(value, rendering.budget());
    return items.hasNext() ? items.next() : Undefined.because("there is no first item");
  }

  private static Object last(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    if (value instanceof Generator) {
      throw new Problem(Types.a(value) + " has no last item before it is a list");
    }
    List<Object> items = Items.list(value, rendering.budget());
    return items.isEmpty()
        ? Undefined.because("there is no last item")
        : items.get(items.size() - 1);
  }

  private static Object length(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return BigInteger.valueOf(Items.size(value));
  }

  private static Object list(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return Items.copy(value, rendering.budget());
  }

  private static Object join(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("d?", "attribute?");
    Object attribute = bound.or(1, null);
    Budget budget = rendering.budget();
    List<Object> items = new ArrayList<>();
    Paths path = Paths.of(attribute, rendering);
    Items.list(value, budget).forEach(item -> items.add(path.at(item)));
    Object separator = bound.or(0, "");
    boolean markup =
        rendering.autoescape()
            && (separator instanceof Markup || items.stream().anyMatch(Markup.class::isInstance));
    String between = text(separator, markup, budget);
    Output output = new Output(budget);
    for (int i = 0; i < items.size(); i++) {
      output.write(i == 0 ? "" : between);
      output.write(text(items.get(i), markup, budget));
    }
    return markup ? new Markup(output.text()) : output.text();
  }

  private static String text(Object value, boolean markup, Budget budget) {
    return markup ? Markup.escape(value, budget).text() : Repr.str(value, budget);
  }

  private static Object reverse(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    if (Types.isText(value)) {
      int[] reversed = Types.text(value).codePoints().toArray();
      StringBuilder out = new StringBuilder();
      for (int i = reversed.length - 1; i >= 0; i--) {
        out.appendCodePoint(reversed[i]);
      }
      return Filters.like(value, out.toString(), rendering);
    }
    List<Object> items = Items.copy(value, rendering.budget());
    Collections.reverse(items);
    return value instanceof Generator ? items : new Generator("reversed", items.iterator());
  }

  private static Object batch(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("linecount", "fill_with?");
    return Lazy.generator(
        () -> {
          List<Object> batches = new ArrayList<>();
          List<Object> batch = new ArrayList<>();
          for (Object item : Items.list(value, rendering.budget())) {
            if (Operators.compare(
                "==", BigInteger.valueOf(batch.size()), bound.at(0), rendering.budget())) {
              batches.add(batch);
              batch = new ArrayList<>();
            }
            batch.add(item);
          }
          if (!batch.isEmpty()) {
            fill(batch, bound, rendering.budget());
            batches.add(batch);
          }
          return batches.iterator();
        });
  }

  private static void fill(List<Object> batch, Bound bound, Budget budget) {
    if (bound.or(1, null) != null) {
      int count = bound.integer(0, 0);
      budget.items(count);
      while (batch.size() < count) {
        batch.add(bound.at(1));
      }
    }
  }

  private static Object slice(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("slices", "fill_with?");
    return Lazy.generator(
        () -> {
          List<Object> items = Items.list(value, rendering.budget());
          int count = bound.integer(0, 1);
          if (count == 0) {
            throw new Problem("there are no slices to fill");
          }
          rendering.budget().items(Math.max(0, count));
          return slices(items, count, bound.or(1, null)).iterator();
        });
  }

  private static List<Object> slices(List<Object> items, int count, Object fill) {
    List<Object> slices = new ArrayList<>();
    int length = Math.floorDiv(items.size(), count);
    int longer = Math.floorMod(items.size(), count);
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = from + length + (i < longer ? 1 : 0);
      List<Object> slice = new ArrayList<>(items.subList(from, to));
      if (fill != null && i >= longer) {
        slice.add(fill);
      }
      slices.add(slice);
      from = to;
    }
    return slices;
  }

  private static Object items(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return Lazy.generator(
        () -> {
          if (value instanceof Undefined) {
            return Collections.emptyIterator();
          }
          if (value instanceof Dict dict) {
            rendering.budget().items(dict.size());
            return dict.items().iterator();
          }
          throw new Problem(Types.a(value) + " has no pairs of keys and values");
        });
  }

  private static Object sum(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("attribute?", "start?");
    Paths path = Paths.of(bound.or(0, null), rendering);
    Object sum = bound.or(1, BigInteger.ZERO);
    if (Types.isText(sum)) {
      throw new Problem("texts are joined, not summed up");
    }
    for (Object item : Items.list(value, rendering.budget())) {
      sum = Operators.binary("+", sum, path.at(item), rendering);
    }
    return sum;
  }

  private static Object orDefault(Object value, Arguments arguments, Rendering rendering) {
    Bound bound = arguments.bind("default_value?", "boolean?");
    boolean missing = value instanceof Undefined || (bound.flag(1) && !Types.isTrue(value));
    return missing ? bound.or(0, "") : value;
  }

  private static Object attribute(Object value, Arguments arguments, Rendering rendering) {
    String name = arguments.bind("name").text(0);
    Undefined.refuse(value);
    Object found = Attributes.of(value, name, rendering);
    return found == Attributes.ABSENT
        ? Undefined.because(Types.a(value) + " has no such attribute")
        : found;
  }
}
