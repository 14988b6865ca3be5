package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Compare;
import io.herd.udfs.template.values.Dict;
import io.herd.udfs.template.values.DictView;
import io.herd.udfs.template.values.Generator;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Text;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Python's operators. */
final class Operators {
  private Operators() {}

  static Object unary(String operator, Object value, Budget budget) {
    Undefined.refuse(value);
    if (!Types.isNumber(value)) {
      throw new Problem(Types.a(value) + " has no sign");
    }
    return operator.equals("-") ? Arithmetic.negated(value) : Arithmetic.plain(value);
  }

  static Object binary(String operator, Object left, Object right, Rendering rendering) {
    if (operator.equals("%") && Types.isText(left)) {
      return PercentFormat.format(left, right, rendering);
    }
    Undefined.refuse(left, right);
    Budget budget = rendering.budget();
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return Arithmetic.of(operator, left, right, budget);
    }
    Object joined =
        switch (operator) {
          case "+" -> joined(left, right, budget);
          case "*" ->
              Types.isInt(right) ? repeated(left, right, budget) : swapped(left, right, budget);
          default -> null;
        };
    if (joined == null) {
      throw new Problem(
          "`" + operator + "` doesn't take " + Types.a(left) + " and " + Types.a(right));
    }
    return joined;
  }

  private static Object joined(Object left, Object right, Budget budget) {
    if (left instanceof String a && right instanceof String b) {
      return budget.text(a.concat(b));
    }
    if (Types.isText(left) && Types.isText(right)) {
      String a = Markup.escape(left, budget).text();
      return new Markup(budget.text(a.concat(Markup.escape(right, budget).text())));
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return concatenated(a, b, budget);
    }
    if (left instanceof Tuple a && right instanceof Tuple b) {
      return new Tuple(concatenated(a.items(), b.items(), budget));
    }
    return null;
  }

  private static List<Object> concatenated(List<?> a, List<?> b, Budget budget) {
    budget.items((long) a.size() + b.size());
    List<Object> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static Object swapped(Object left, Object right, Budget budget) {
    return Types.isInt(left) ? repeated(right, left, budget) : null;
  }

  private static Object repeated(Object value, Object count, Budget budget) {
    BigInteger times = Types.integer(count).max(BigInteger.ZERO).min(BigInteger.valueOf(1L << 31));
    if (Types.isText(value)) {
      String text = Types.text(value);
      budget.chars(text.isEmpty() ? 0 : times.longValue() * text.length());
      String repeated = text.repeat(text.isEmpty() ? 0 : times.intValue());
      return value instanceof Markup ? new Markup(repeated) : repeated;
    }
    if (!(value instanceof List || value instanceof Tuple)) {
      return null;
    }
    List<Object> items = Items.list(value, budget);
    budget.items(items.isEmpty() ? 0 : times.longValue() * items.size());
    List<Object> repeated = new ArrayList<>();
    for (int i = 0; !items.isEmpty() && i < times.intValue(); i++) {
      repeated.addAll(items);
    }
    return value instanceof Tuple ? new Tuple(repeated) : repeated;
  }

  static boolean compare(String operator, Object left, Object right, Budget budget) {
    return switch (operator) {
      case "==" -> Compare.equal(left, right, budget);
      case "!=" -> !Compare.equal(left, right, budget);
      case "<" -> Compare.less(left, right, budget);
      case "<=" -> Compare.lessOrEqual(left, right, budget);
      case ">" -> Compare.less(right, left, budget);
      case ">=" -> Compare.lessOrEqual(right, left, budget);
      case "in" -> contains(right, left, budget);
      case "not in" -> !contains(right, left, budget);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  static boolean contains(Object container, Object value, Budget budget) {
    if (Types.isText(container)) {
      if (!Types.isText(value)) {
        throw new Problem(Types.a(value) + " can't be in a str");
      }
      budget.chars(Text.length(Types.text(container)));
      return Types.text(container).contains(Types.text(value));
    }
    if (container instanceof Dict dict) {
      return dict.has(value);
    }
    if (container instanceof DictView view && view.kind() == DictView.Kind.KEYS) {
      return view.dict().has(value);
    }
    if (container instanceof Generator generator) {
      return passes(generator.items(), value, budget);
    }
    return Compare.contains(Items.list(container, budget), value, budget);
  }

  /** Searches an iterator for a value, and leaves the rest unread. */
  private static boolean passes(Iterator<Object> items, Object value, Budget budget) {
    while (items.hasNext()) {
      if (Compare.equal(items.next(), value, budget)) {
        return true;
      }
    }
    return false;
  }
}
