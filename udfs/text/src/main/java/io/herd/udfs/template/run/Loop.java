package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Compare;
import io.herd.udfs.template.values.Items;
import io.herd.udfs.template.values.Problem;
import io.herd.udfs.template.values.Repr;
import io.herd.udfs.template.values.Tuple;
import io.herd.udfs.template.values.Undefined;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The variable {@code loop}. Items are taken when they are needed, as jinja2 does. */
final class Loop implements Attributes.Owner, Callable, Items.Sized, Repr.Shown {
  private static final Object NOTHING = new Object();

  /** The function of {@code loop(items)} in a recursive loop. */
  interface Recursion {
    Object over(Object items, int depth);
  }

  private final Recursion recursion; // null when the loop isn't recursive
  private final int depth;
  private Iterator<Object> items;
  private int size; // -1 until it is known
  private int index = -1;
  private Object before = NOTHING;
  private Object current = NOTHING;
  private Object after = NOTHING;
  private Object lastSeen = NOTHING;

  /**
   * @param size of the items, or -1 when only going through them tells
   */
  Loop(Iterator<Object> items, int size, Recursion recursion, int depth) {
    this.items = items;
    this.size = size;
    this.recursion = recursion;
    this.depth = depth;
  }

  boolean hasNext() {
    return after != NOTHING || items.hasNext();
  }

  Object next() {
    Object next = after == NOTHING ? items.next() : after;
    after = NOTHING;
    index++;
    before = current;
    current = next;
    return next;
  }

  @Override
  public int size() {
    if (size < 0) {
      List<Object> rest = new ArrayList<>();
      items.forEachRemaining(rest::add);
      size = rest.size() + index + 1 + (after == NOTHING ? 0 : 1);
      items = rest.iterator();
    }
    return size;
  }

  private Object peek() {
    if (after == NOTHING && items.hasNext()) {
      after = items.next();
    }
    return after;
  }

  @Override
  public Object attribute(String name, Rendering rendering) {
    return switch (name) {
      case "index" -> number(index + 1);
      case "index0" -> number(index);
      case "revindex" -> number(size() - index);
      case "revindex0" -> number(size() - index - 1);
      case "first" -> index == 0;
      case "last" -> peek() == NOTHING;
      case "length" -> number(size());
      case "depth" -> number(depth + 1);
      case "depth0" -> number(depth);
      case "previtem" -> index == 0 ? Undefined.because("there is no previous item") : before;
      case "nextitem" -> peek() == NOTHING ? Undefined.because("there is no next item") : after;
      case "cycle" -> (Callable) (arguments, r) -> cycle(arguments);
      case "changed" -> (Callable) this::changed;
      default -> Attributes.ABSENT;
    };
  }

  private static BigInteger number(int value) {
    return BigInteger.valueOf(value);
  }

  private Object cycle(Arguments arguments) {
    List<Object> given = arguments.positional();
    if (given.isEmpty() || !arguments.named().isEmpty()) {
      throw new Problem("loop.cycle() takes some values");
    }
    return given.get(index % given.size());
  }

  private Object changed(Arguments arguments, Rendering rendering) {
    Tuple seen = new Tuple(arguments.positional());
    boolean same = lastSeen != NOTHING && Compare.equal(lastSeen, seen, rendering.budget());
    lastSeen = same ? lastSeen : seen;
    return !same;
  }

  @Override
  public Object call(Arguments arguments, Rendering rendering) {
    if (recursion == null) {
      throw new Problem("a loop that calls itself has to be marked `recursive`");
    }
    return recursion.over(arguments.bind("iterable").at(0), depth + 1);
  }

  @Override
  public String shown() {
    return "<LoopContext " + (index + 1) + "/" + size() + ">";
  }
}
