package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Compare;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.DictView;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Problem;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/** The read-only methods of lists, tuples, ranges and dicts. */
final class CollectionMethods {
  private static final Set<String> DICTS =
      Set.of("get", "items", "keys", "values", "copy", "fromkeys");
  private static final Set<String> LISTS = Set.of("count", "index", "copy");
  private static final Set<String> TUPLES = Set.of("count", "index");

  private CollectionMethods() {}

  static boolean ofDicts(String name) {
    return DICTS.contains(name);
  }

  static boolean ofLists(String name) {
    return LISTS.contains(name);
  }

  static boolean ofTuples(String name) {
    return TUPLES.contains(name);
  }

  static Object call(Object of, String name, Arguments arguments, Budget budget) {
    if (of instanceof Dict dict) {
      return dict(dict, name, arguments, budget);
    }
    List<Object> items = Items.list(of, budget);
    return switch (name) {
      case "count" -> {
        Object wanted = arguments.bind("value").at(0);
        long count = items.stream().filter(item -> same(item, wanted, budget)).count();
        yield BigInteger.valueOf(count);
      }
      case "index" -> index(items, arguments.bind("value", "start?", "stop?"), budget);
      case "copy" -> {
        arguments.none();
        yield Items.copy(of, budget);
      }
      default -> throw Method.unsupported(of, name);
    };
  }

  private static boolean same(Object a, Object b, Budget budget) {
    return a == b || Compare.equal(a, b, budget);
  }

  private static Object index(List<Object> items, Bound bound, Budget budget) {
    int from = place(bound.integer(1, 0), items.size());
    int to = place(bound.integer(2, Integer.MAX_VALUE), items.size());
    for (int i = from; i < to; i++) {
      if (same(items.get(i), bound.at(0), budget)) {
        return BigInteger.valueOf(i);
      }
    }
    throw new Problem("index() finds no such item");
  }

  private static int place(int index, int size) {
    return Math.min(size, index < 0 ? Math.max(0, index + size) : index);
  }

  private static Object dict(Dict dict, String name, Arguments arguments, Budget budget) {
    switch (name) {
      case "get" -> {
        Bound bound = arguments.bind("key", "default?");
        return dict.has(bound.at(0)) ? dict.get(bound.at(0)) : bound.or(1, null);
      }
      case "fromkeys" -> {
        Bound bound = arguments.bind("keys", "value?");
        Dict made = new Dict();
        Items.list(bound.at(0), budget).forEach(key -> made.put(key, bound.or(1, null)));
        return made;
      }
      default -> {
        arguments.none();
        budget.items(dict.size());
        return switch (name) {
          case "items" -> new DictView(dict, DictView.Kind.ITEMS);
          case "keys" -> new DictView(dict, DictView.Kind.KEYS);
          case "values" -> new DictView(dict, DictView.Kind.VALUES);
          default -> new Dict(dict);
        };
      }
    }
  }
}
