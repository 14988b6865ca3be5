package io.herd.udfs.template.values;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Python's dict: in insertion order, with 1, 1.0 and True as the same key. */
public final class Dict {
  private static final int MOST_NESTED = 3;

  /** An entry. */
  public record Entry(Object key, Object value) {}

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  public Dict() {}

  public Dict(Dict other) {
    entries.putAll(other.entries);
  }

  public int size() {
    return entries.size();
  }

  public boolean has(Object key) {
    return entries.containsKey(hashable(key, 0));
  }

  /** Returns the value, or null if there is none. */
  public Object get(Object key) {
    Entry entry = entries.get(hashable(key, 0));
    return entry == null ? null : entry.value();
  }

  public void put(Object key, Object value) {
    Object hashed = hashable(key, 0);
    Entry old = entries.get(hashed);
    entries.put(hashed, new Entry(old == null ? key : old.key(), value));
  }

  public void putAll(Dict other) {
    other.entries.values().forEach(entry -> put(entry.key(), entry.value()));
  }

  public List<Object> keys() {
    List<Object> keys = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  public List<Object> values() {
    List<Object> values = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> values.add(entry.value()));
    return values;
  }

  public List<Object> items() {
    List<Object> items = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> items.add(Tuple.of(entry.key(), entry.value())));
    return items;
  }

  public Iterable<Entry> entries() {
    return entries.values();
  }

  /** Returns a Java value that compares like Python's key. */
  public static Object hashable(Object key) {
    return hashable(key, 0);
  }

  private static Object hashable(Object key, int depth) {
    if (key instanceof List || key instanceof Dict || depth > MOST_NESTED) {
      throw new Problem(Types.a(key) + " can't be a key: unhashable");
    }
    if (key instanceof Boolean bool) {
      return bool ? BigInteger.ONE : BigInteger.ZERO;
    }
    if (key instanceof Markup markup) {
      return markup.text();
    }
    if (key instanceof Double number && number == Math.rint(number) && !Double.isInfinite(number)) {
      return new BigDecimal(number).toBigInteger();
    }
    if (key instanceof Undefined) {
      return Undefined.class;
    }
    if (key instanceof Tuple tuple) {
      List<Object> parts = new ArrayList<>();
      parts.add(Tuple.class);
      tuple.items().forEach(item -> parts.add(hashable(item, depth + 1)));
      return parts;
    }
    return key;
  }
}
