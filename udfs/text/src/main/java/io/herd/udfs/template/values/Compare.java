package io.herd.udfs.template.values;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/** Python's equality and order. */
public final class Compare {
  private Compare() {}

  public static boolean equal(Object a, Object b, Budget budget) {
    budget.step();
    if (a == b) {
      return !(a instanceof Double number && number.isNaN());
    }
    if (a == null || b == null) {
      return false;
    }
    if (Types.isNumber(a) && Types.isNumber(b)) {
      return !isNan(a) && !isNan(b) && number(a, b) == 0;
    }
    if (Types.isText(a) && Types.isText(b)) {
      return Types.text(a).equals(Types.text(b));
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      return items(left, right, budget);
    }
    if (a instanceof Tuple left && b instanceof Tuple right) {
      return items(left.items(), right.items(), budget);
    }
    if (a instanceof Dict left && b instanceof Dict right) {
      return dicts(left, right, budget);
    }
    if (a instanceof Range left && b instanceof Range right) {
      return items(left.items(), right.items(), budget);
    }
    if (a instanceof DictView left && b instanceof DictView right) {
      return views(left, right, budget);
    }
    return a instanceof Undefined && b instanceof Undefined;
  }

  private static boolean items(List<?> a, List<?> b, Budget budget) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!same(a.get(i), b.get(i), budget)) {
        return false;
      }
    }
    return true;
  }

  /** Treats identical values as equal inside containers. */
  private static boolean same(Object a, Object b, Budget budget) {
    return a == b || equal(a, b, budget);
  }

  private static boolean dicts(Dict a, Dict b, Budget budget) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Dict.Entry entry : a.entries()) {
      if (!b.has(entry.key()) || !same(entry.value(), b.get(entry.key()), budget)) {
        return false;
      }
    }
    return true;
  }

  private static boolean views(DictView a, DictView b, Budget budget) {
    return areSets(a, b) && a.dict().size() == b.dict().size() && isWithin(a, b, budget);
  }

  /** Compares keys and items of dicts as sets. */
  private static boolean areSets(Object a, Object b) {
    return a instanceof DictView left
        && b instanceof DictView right
        && left.kind() != DictView.Kind.VALUES
        && right.kind() != DictView.Kind.VALUES;
  }

  private static boolean isWithin(DictView less, DictView more, Budget budget) {
    return less.items().stream().allMatch(item -> contains(more.items(), item, budget));
  }

  /** Returns whether some items contain a value. */
  public static boolean contains(List<?> items, Object value, Budget budget) {
    for (Object item : items) {
      if (same(item, value, budget)) {
        return true;
      }
    }
    return false;
  }

  /** Compares numbers of any kind without rounding: 2**53 + 1 isn't 2.0**53. Not for NaN. */
  private static int number(Object a, Object b) {
    if (a instanceof Double left && b instanceof Double right) {
      return left.equals(right) || left == right.doubleValue() ? 0 : Double.compare(left, right);
    }
    if (Types.isInt(a) && Types.isInt(b)) {
      return Types.integer(a).compareTo(Types.integer(b));
    }
    double infinite = infinite(a) - infinite(b);
    return infinite != 0 ? (int) Math.signum(infinite) : exact(a).compareTo(exact(b));
  }

  private static double infinite(Object value) {
    return value instanceof Double number && Double.isInfinite(number) ? Math.signum(number) : 0;
  }

  private static boolean isNan(Object value) {
    return value instanceof Double number && number.isNaN();
  }

  private static BigDecimal exact(Object value) {
    return value instanceof Double number
        ? new BigDecimal(number)
        : value instanceof BigDecimal decimal ? decimal : new BigDecimal(Types.integer(value));
  }

  /** Python's {@code a < b}. */
  public static boolean less(Object a, Object b, Budget budget) {
    budget.step();
    if (Types.isNumber(a) && Types.isNumber(b)) {
      return !isNan(a) && !isNan(b) && number(a, b) < 0;
    }
    if (Types.isText(a) && Types.isText(b)) {
      return codePoints(Types.text(a), Types.text(b)) < 0;
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      return lessItems(left, right, budget);
    }
    if (a instanceof Tuple left && b instanceof Tuple right) {
      return lessItems(left.items(), right.items(), budget);
    }
    if (areSets(a, b)) {
      DictView more = (DictView) b;
      DictView less = (DictView) a;
      return less.dict().size() < more.dict().size() && isWithin(less, more, budget);
    }
    Undefined.refuse(a, b);
    throw new Problem(Types.a(a) + " and " + Types.a(b) + " have no order");
  }

  /** Python's {@code a <= b}. */
  public static boolean lessOrEqual(Object a, Object b, Budget budget) {
    if (isNan(a) || isNan(b)) {
      less(a, b, budget); // fails where there is no order
      return false;
    }
    boolean lists = a instanceof List && b instanceof List;
    boolean tuples = a instanceof Tuple && b instanceof Tuple;
    if (lists || tuples || areSets(a, b)) {
      return less(a, b, budget) || equal(a, b, budget);
    }
    return !less(b, a, budget);
  }

  private static boolean lessItems(List<?> a, List<?> b, Budget budget) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!same(a.get(i), b.get(i), budget)) {
        return less(a.get(i), b.get(i), budget);
      }
    }
    return a.size() < b.size();
  }

  /** Compares by code points; UTF-16 has another order above U+FFFF. */
  private static int codePoints(String a, String b) {
    int i = 0;
    int shorter = Math.min(a.length(), b.length());
    while (i < shorter && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i == shorter) {
      return a.length() - b.length();
    }
    boolean low = i > 0 && Character.isHighSurrogate(a.charAt(i - 1));
    return Integer.compare(a.codePointAt(low ? i - 1 : i), b.codePointAt(low ? i - 1 : i));
  }

  /** Returns an order for sorts, which are stable as in Python. */
  public static Comparator<Object> order(Budget budget) {
    return (a, b) -> less(a, b, budget) ? -1 : less(b, a, budget) ? 1 : 0;
  }
}
