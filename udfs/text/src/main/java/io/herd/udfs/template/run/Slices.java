package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Budget;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Markup;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Range;
import io.herd.udfs.template.values.Text;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Python's slices; those of texts count code points. */
final class Slices {
  private Slices() {}

  /** Returns a part of a sequence; each bound may be null. */
  static Object of(Object value, Object from, Object to, Object step, Budget budget) {
    Undefined.refuse(value);
    boolean sequence =
        Types.isText(value)
            || value instanceof List
            || value instanceof Tuple
            || value instanceof Range;
    if (!sequence) {
      throw new Problem(Types.a(value) + " can't be sliced");
    }
    budget.chars(Types.isText(value) ? Types.text(value).length() : 0);
    int size = Items.size(value);
    long by = step == null ? 1 : bound(step, size);
    if (by == 0) {
      throw new Problem("a slice has no step of 0");
    }
    long first = place(from, by > 0 ? 0 : size - 1L, size, by);
    long end = place(to, by > 0 ? size : -1, size, by);
    if (Types.isText(value) && by == 1) {
      String part = Text.part(Types.text(value), (int) first, (int) Math.max(first, end));
      return like(value, budget.text(part));
    }
    return picked(value, first, end, by, budget);
  }

  private static Object picked(Object value, long first, long end, long by, Budget budget) {
    if (value instanceof Range range) {
      return new Range(
          range.start() + first * range.step(),
          range.start() + end * range.step(),
          range.step() * by);
    }
    List<Object> items = Items.list(value, budget);
    List<Object> picked = new ArrayList<>();
    for (long i = first; by > 0 ? i < end : i > end; i += by) {
      picked.add(items.get((int) i));
    }
    if (value instanceof Tuple) {
      return new Tuple(picked);
    }
    if (!Types.isText(value)) {
      return picked;
    }
    StringBuilder text = new StringBuilder();
    picked.forEach(character -> text.append(Types.text(character)));
    return like(value, budget.text(text.toString()));
  }

  private static Object like(Object value, String text) {
    return value instanceof Markup ? new Markup(text) : text;
  }

  /** Converts a bound to an index within the sequence, or just outside it. */
  private static long place(Object bound, long absent, int size, long by) {
    if (bound == null) {
      return absent;
    }
    long place = bound(bound, size);
    long fromEnd = place < 0 ? place + size : place;
    long least = by > 0 ? 0 : -1;
    long most = by > 0 ? size : size - 1L;
    return Math.max(least, Math.min(most, fromEnd));
  }

  private static long bound(Object value, int size) {
    if (!Types.isInt(value)) {
      throw new Problem("the bounds of a slice are ints, not " + Types.a(value));
    }
    BigInteger most = BigInteger.valueOf(1L << 31).add(BigInteger.valueOf(size));
    return Types.integer(value).min(most).max(most.negate()).longValue();
  }
}
