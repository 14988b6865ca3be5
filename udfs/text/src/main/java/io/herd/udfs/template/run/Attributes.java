package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Namespace;
import io.herd.udfs.template.values.Range;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/**
 * The attributes of a value that templates may read. There is nothing but what is written down
 * here: a template has no way to Java's classes and methods.
 */
final class Attributes {
  static final Object ABSENT = new Object();

  private static final Set<String> CHANGE_LISTS =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
  private static final Set<String> CHANGE_DICTS =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  /** A value with its own attributes, such as a loop. */
  interface Owner {
    Object attribute(String name, Rendering rendering);
  }

  private Attributes() {}

  /** Returns the attribute, or {@link #ABSENT}. */
  static Object of(Object value, String name, Rendering rendering) {
    if (value instanceof Namespace namespace) {
      return namespace.attributes().has(name) ? namespace.attributes().get(name) : ABSENT;
    }
    if (name.startsWith("_")) {
      return ABSENT;
    }
    if (value instanceof Owner owner) {
      return owner.attribute(name, rendering);
    }
    if (Types.isText(value)) {
      return StringMethods.has(name) ? method(value, name) : ABSENT;
    }
    if (value instanceof Dict) {
      return CHANGE_DICTS.contains(name)
          ? refused(value, name)
          : CollectionMethods.ofDicts(name) ? method(value, name) : ABSENT;
    }
    if (value instanceof List) {
      return CHANGE_LISTS.contains(name)
          ? refused(value, name)
          : CollectionMethods.ofLists(name) ? method(value, name) : ABSENT;
    }
    if (value instanceof Tuple tuple) {
      int place = tuple.names().indexOf(name);
      return place >= 0
          ? tuple.items().get(place)
          : CollectionMethods.ofTuples(name) ? method(value, name) : ABSENT;
    }
    return value instanceof Range range ? range(range, name) : number(value, name);
  }

  private static Object method(Object of, String name) {
    return new Method(of, name);
  }

  private static Undefined refused(Object value, String name) {
    return Undefined.because("a template can't change " + Types.a(value) + " by `" + name + "`");
  }

  private static Object range(Range range, String name) {
    return switch (name) {
      case "start" -> BigInteger.valueOf(range.start());
      case "stop" -> BigInteger.valueOf(range.stop());
      case "step" -> BigInteger.valueOf(range.step());
      case "count", "index" -> method(range, name);
      default -> ABSENT;
    };
  }

  private static Object number(Object value, String name) {
    if (Types.isInt(value)) {
      return switch (name) {
        case "real", "numerator" -> Types.integer(value);
        case "imag" -> BigInteger.ZERO;
        case "denominator" -> BigInteger.ONE;
        case "bit_length", "bit_count", "conjugate", "as_integer_ratio", "to_bytes", "from_bytes" ->
            method(value, name);
        default -> ABSENT;
      };
    }
    if (value instanceof Double) {
      return switch (name) {
        case "real" -> value;
        case "imag" -> 0.0;
        case "is_integer", "conjugate", "as_integer_ratio", "hex", "fromhex" -> method(value, name);
        default -> ABSENT;
      };
    }
    return ABSENT;
  }
}
