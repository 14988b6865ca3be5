package io.herd.udfs.template.run;

import io.herd.udfs.template.run.Arguments.Bound;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Namespace;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Range;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Jinja's global functions, and those that transformers adds. */
final class Functions {
  private Functions() {}

  /**
   * Returns the functions by name.
   *
   * @param date what {@code strftime_now} gives
   */
  static Map<String, Callable> all(String date) {
    return Map.of(
        "range", (arguments, rendering) -> range(arguments),
        "dict", Functions::dict,
        "namespace", (arguments, rendering) -> new Namespace(dict(arguments, rendering)),
        "cycler", (arguments, rendering) -> new Cycler(arguments),
        "joiner", (arguments, rendering) -> new Joiner(arguments),
        "lipsum", (arguments, rendering) -> lipsum(),
        "raise_exception", Functions::raise,
        "strftime_now",
            (arguments, rendering) -> Strftime.format(date, arguments.bind("format").text(0)));
  }

  private static Range range(Arguments arguments) {
    Bound bound = arguments.bind("start", "stop?", "step?");
    long first = whole(bound.at(0));
    return bound.has(1)
        ? new Range(first, whole(bound.at(1)), bound.has(2) ? whole(bound.at(2)) : 1)
        : new Range(0, first, 1);
  }

  private static long whole(Object value) {
    Undefined.refuse(value);
    if (!Types.isInt(value) || Types.integer(value).bitLength() > 50) {
      throw new Problem("range() takes ints, not " + Types.a(value));
    }
    return Types.integer(value).longValue();
  }

  private static Dict dict(Arguments arguments, Rendering rendering) {
    Dict dict = new Dict();
    if (arguments.positional().size() > 1) {
      throw new Problem("dict() takes one value at most without a name");
    }
    for (Object given : arguments.positional()) {
      Undefined.refuse(given);
      if (given instanceof Dict other) {
        dict.putAll(other);
      } else {
        Items.list(given, rendering.budget()).forEach(pair -> put(dict, pair, rendering));
      }
    }
    arguments.named().forEach(dict::put);
    return dict;
  }

  private static void put(Dict dict, Object pair, Rendering rendering) {
    List<Object> items = Items.list(pair, rendering.budget());
    if (items.size() != 2) {
      throw new Problem("dict() takes pairs of keys and values");
    }
    dict.put(items.get(0), items.get(1));
  }

  private static Object raise(Arguments arguments, Rendering rendering) {
    throw Problem.raised(Repr.str(arguments.bind("message").at(0), rendering.budget()));
  }

  private static Object lipsum() {
    throw Problem.unsupported("lipsum() is random; a prompt is the same each time");
  }

  /** Returns some values in turn. */
  private static final class Cycler implements Attributes.Owner {
    private final List<Object> items;
    private int place;

    Cycler(Arguments arguments) {
      items = arguments.positional();
      if (items.isEmpty() || !arguments.named().isEmpty()) {
        throw new Problem("cycler() takes some values");
      }
    }

    @Override
    public Object attribute(String name, Rendering rendering) {
      return switch (name) {
        case "current" -> items.get(place);
        case "pos" -> BigInteger.valueOf(place);
        case "next" -> (Callable) (arguments, r) -> next(arguments);
        case "reset" -> (Callable) (arguments, r) -> reset(arguments);
        default -> Attributes.ABSENT;
      };
    }

    private Object next(Arguments arguments) {
      arguments.none();
      Object current = items.get(place);
      place = (place + 1) % items.size();
      return current;
    }

    private Object reset(Arguments arguments) {
      arguments.none();
      place = 0;
      return null;
    }
  }

  /** Returns nothing first, and a separator from then on. */
  private static final class Joiner implements Callable {
    private final Object separator;
    private boolean used;

    Joiner(Arguments arguments) {
      separator = arguments.bind("sep?").or(0, ", ");
    }

    @Override
    public Object call(Arguments arguments, Rendering rendering) {
      arguments.none();
      Object given = used ? separator : "";
      used = true;
      return given;
    }
  }
}
