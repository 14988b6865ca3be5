package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Range;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Jinja's tests by name. */
final class Tests {
  private static final Map<String, Test> ALL = all();

  /** A test's function. */
  private interface Test {
    boolean holds(Object value, Arguments arguments, Rendering rendering);
  }

  private Tests() {}

  private static Map<String, Test> all() {
    Map<String, Test> all = new HashMap<>();
    kinds(all);
    numbers(all);
    comparisons(all);
    all.put("lower", (value, a, r) -> StringTests.isCased(text(value, a, r), false));
    all.put("upper", (value, a, r) -> StringTests.isCased(text(value, a, r), true));
    all.put("filter", (value, a, r) -> named(value, a) && Filters.exists(Types.text(value)));
    all.put("test", (value, a, r) -> named(value, a) && exists(Types.text(value)));
    return Map.copyOf(all);
  }

  private static void kinds(Map<String, Test> all) {
    all.put("defined", of(value -> !(value instanceof Undefined)));
    all.put("undefined", of(value -> value instanceof Undefined));
    all.put("none", of(value -> value == null));
    all.put("boolean", of(value -> value instanceof Boolean));
    all.put("true", of(value -> Boolean.TRUE.equals(value)));
    all.put("false", of(value -> Boolean.FALSE.equals(value)));
    all.put("integer", of(value -> value instanceof BigInteger));
    all.put("float", of(value -> value instanceof Double));
    all.put("number", of(Types::isNumber));
    all.put("string", of(Types::isText));
    all.put("mapping", of(value -> value instanceof Dict));
    all.put("sequence", of(Tests::isSequence));
    all.put("iterable", of(Items::isIterable));
    all.put("callable", of(value -> value instanceof Callable || value instanceof Undefined));
    all.put("escaped", of(value -> value instanceof Markup));
  }

  private static boolean isSequence(Object value) {
    return Types.isText(value)
        || value instanceof List
        || value instanceof Tuple
        || value instanceof Dict
        || value instanceof Range
        || value instanceof Undefined;
  }

  private static void numbers(Map<String, Test> all) {
    all.put("odd", (value, a, r) -> hasRest(value, BigInteger.TWO, BigInteger.ONE, a, r));
    all.put("even", (value, a, r) -> hasRest(value, BigInteger.TWO, BigInteger.ZERO, a, r));
    all.put(
        "divisibleby",
        (value, a, r) -> hasRest(value, a.bind("num").at(0), BigInteger.ZERO, Arguments.NONE, r));
  }

  private static boolean hasRest(
      Object value, Object by, Object rest, Arguments arguments, Rendering rendering) {
    arguments.none();
    Object found = Operators.binary("%", value, by, rendering);
    return Operators.compare("==", found, rest, rendering.budget());
  }

  private static void comparisons(Map<String, Test> all) {
    Map<String, List<String>> names =
        Map.of(
            "==", List.of("==", "eq", "equalto"),
            "!=", List.of("!=", "ne"),
            ">", List.of(">", "gt", "greaterthan"),
            ">=", List.of(">=", "ge"),
            "<", List.of("<", "lt", "lessthan"),
            "<=", List.of("<=", "le"));
    names.forEach(
        (operator, aliases) ->
            aliases.forEach(
                alias ->
                    all.put(
                        alias,
                        (value, a, r) ->
                            Operators.compare(
                                operator, value, a.bind("other").at(0), r.budget()))));
    all.put("in", (value, a, r) -> Operators.contains(a.bind("seq").at(0), value, r.budget()));
    all.put("sameas", (value, a, r) -> isSame(value, a.bind("other").at(0)));
  }

  /** Python's {@code is} for values without identity here: equal and of the same type. */
  private static boolean isSame(Object a, Object b) {
    boolean plain = a instanceof Boolean || a instanceof BigInteger || a instanceof String;
    return a == b || (plain && a.equals(b));
  }

  private static Test of(Predicate<Object> test) {
    return (value, arguments, rendering) -> {
      arguments.none();
      return test.test(value);
    };
  }

  private static String text(Object value, Arguments arguments, Rendering rendering) {
    arguments.none();
    return Repr.str(value, rendering.budget());
  }

  private static boolean named(Object value, Arguments arguments) {
    arguments.none();
    Dict.hashable(value);
    return Types.isText(value);
  }

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  static boolean apply(String name, Object value, Arguments arguments, Rendering rendering) {
    Test test = ALL.get(name);
    if (test == null) {
      throw new Problem("the test `" + name + "` doesn't exist");
    }
    return test.holds(value, arguments, rendering);
  }
}
