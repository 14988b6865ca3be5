package io.herd.udfs.template.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Iterates and counts values. */
public final class Items {
  private Items() {}

  /** Returns whether Python's {@code iter()} accepts the value. */
  public static boolean isIterable(Object value) {
    return value instanceof Generator || sizeOrMinus(value) >= 0;
  }

  /** Returns the items of a value. */
  public static Iterator<Object> of(Object value, Budget budget) {
    return value instanceof Generator generator
        ? generator.items()
        : list(value, budget).iterator();
  }

  /** Returns the items of a value; for a generator, the remaining ones. */
  public static List<Object> list(Object value, Budget budget) {
    if (value instanceof Generator generator) {
      List<Object> items = new ArrayList<>();
      while (generator.items().hasNext()) {
        budget.step();
        budget.items(items.size() == Budget.MOST_ITEMS ? items.size() + 1L : 0);
        items.add(generator.items().next());
      }
      return items;
    }
    List<Object> items = view(value);
    if (items == null) {
      throw new Problem(Types.a(value) + " has no items to loop over");
    }
    budget.items(items.size());
    return items;
  }

  /** A copy of a value's items. */
  public static List<Object> copy(Object value, Budget budget) {
    return new ArrayList<>(list(value, budget));
  }

  private static List<Object> view(Object value) {
    if (value instanceof List<?> list) {
      return Collections.unmodifiableList(list);
    }
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    if (value instanceof Dict dict) {
      return dict.keys();
    }
    if (value instanceof DictView view) {
      return view.items();
    }
    if (value instanceof Range range) {
      return range.items();
    }
    if (value instanceof Markup markup) {
      List<Object> characters = new ArrayList<>();
      Text.characters(markup.text()).forEach(c -> characters.add(new Markup(c)));
      return characters;
    }
    if (value instanceof String text) {
      return Collections.unmodifiableList(Text.characters(text));
    }
    return value instanceof Undefined ? List.of() : null;
  }

  /** Python's {@code len()}. */
  public static int size(Object value) {
    int size = sizeOrMinus(value);
    if (size < 0) {
      throw new Problem(Types.a(value) + " has no length");
    }
    return size;
  }

  /** Returns the number of items, or -1 for values without a length. */
  static int sizeOrMinus(Object value) {
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (Types.isText(value)) {
      return Text.length(Types.text(value));
    }
    if (value instanceof Dict dict) {
      return dict.size();
    }
    if (value instanceof Tuple tuple) {
      return tuple.items().size();
    }
    if (value instanceof DictView view) {
      return view.dict().size();
    }
    if (value instanceof Range range) {
      return range.size();
    }
    if (value instanceof Sized sized) {
      return sized.size();
    }
    return value instanceof Undefined ? 0 : -1;
  }

  /** A value with a length that isn't a collection, such as a loop. */
  public interface Sized {
    int size();
  }
}
