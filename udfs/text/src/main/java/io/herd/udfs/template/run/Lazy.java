package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Generator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Generators: nothing is evaluated, and nothing fails, before the first item is read. */
final class Lazy {
  private Lazy() {}

  static Generator generator(Supplier<Iterator<Object>> items) {
    return new Generator("generator", new Later(items));
  }

  /** Returns the items that pass a test, converted. */
  static Iterator<Object> picked(
      Iterator<Object> items, Predicate<Object> test, Function<Object, Object> other) {
    return new Picked(items, test, other);
  }

  private static final class Later implements Iterator<Object> {
    private final Supplier<Iterator<Object>> supplier;
    private Iterator<Object> items;

    Later(Supplier<Iterator<Object>> supplier) {
      this.supplier = supplier;
    }

    @Override
    public boolean hasNext() {
      if (items == null) {
        items = supplier.get();
      }
      return items.hasNext();
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return items.next();
    }
  }

  private static final class Picked implements Iterator<Object> {
    private final Iterator<Object> items;
    private final Predicate<Object> test;
    private final Function<Object, Object> other;
    private Object next;
    private boolean found;

    Picked(Iterator<Object> items, Predicate<Object> test, Function<Object, Object> other) {
      this.items = items;
      this.test = test;
      this.other = other;
    }

    @Override
    public boolean hasNext() {
      while (!found && items.hasNext()) {
        Object item = items.next();
        found = test.test(item);
        next = found ? other.apply(item) : null;
      }
      return found;
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      found = false;
      return next;
    }
  }
}
