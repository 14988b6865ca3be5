package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Types;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a function, filter, test or method.
 *
 * @param positional those without names
 * @param named those with, in order
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Stands for a missing argument; None is a given one. */
  private static final Object ABSENT = new Object();

  static Arguments of(Object... positional) {
    return new Arguments(Arrays.asList(positional), Map.of());
  }

  /** Returns the arguments after the first ones. */
  Arguments after(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }

  /** Removes some named arguments. */
  Arguments without(String name) {
    Map<String, Object> others = new LinkedHashMap<>(named);
    others.remove(name);
    return new Arguments(positional, others);
  }

  /**
   * Binds them to parameters, as Python does.
   *
   * @param parameters in order; those that may be left out end in a question mark
   */
  Bound bind(String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Problem("too many arguments");
    }
    List<Object> values = new ArrayList<>(positional);
    int used = 0;
    for (int i = 0; i < parameters.length; i++) {
      boolean optional = parameters[i].endsWith("?");
      String name =
          optional ? parameters[i].substring(0, parameters[i].length() - 1) : parameters[i];
      boolean given = named.containsKey(name);
      used += given ? 1 : 0;
      if (given && i < positional.size()) {
        throw new Problem("the argument `" + name + "` is given twice");
      }
      if (i >= positional.size()) {
        values.add(given ? named.get(name) : ABSENT);
      }
      if (!optional && values.get(i) == ABSENT) {
        throw new Problem("the argument `" + name + "` is missing");
      }
    }
    if (used < named.size()) {
      throw new Problem("unknown arguments; known are " + String.join(", ", parameters));
    }
    return new Bound(values);
  }

  /** Requires that there are no arguments. */
  void none() {
    bind();
  }

  /** Arguments by the index of their parameter. */
  record Bound(List<Object> values) {
    Object at(int index) {
      return values.get(index);
    }

    boolean has(int index) {
      return values.get(index) != ABSENT;
    }

    Object or(int index, Object absent) {
      return has(index) ? values.get(index) : absent;
    }

    boolean flag(int index) {
      return has(index) && Types.isTrue(values.get(index));
    }

    /** Returns a text. */
    String text(int index) {
      Object value = values.get(index);
      if (!Types.isText(value)) {
        throw new Problem(Types.a(value) + " is given where a str is needed");
      }
      return Types.text(value);
    }

    /** Returns a text, or null when it is none or absent. */
    String textOrNull(int index) {
      return !has(index) || values.get(index) == null ? null : text(index);
    }

    /** Returns an int within Java's range; larger ones are clamped. */
    int integer(int index, int absent) {
      if (!has(index)) {
        return absent;
      }
      Object value = values.get(index);
      if (!Types.isInt(value)) {
        throw new Problem(Types.a(value) + " is given where an int is needed");
      }
      BigInteger number = Types.integer(value);
      return number.bitLength() < 32
          ? number.intValue()
          : number.signum() > 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE + 1;
    }
  }
}
