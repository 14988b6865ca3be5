package io.herd.udfs.template;

import java.util.Map;

/**
 * The values that a template can access inside a value: known from the input's schema, before there
 * is a row.
 *
 * @param kind of the value
 * @param fields of a struct, by name
 * @param items what an array or a map holds, or null
 */
public record Shape(Kind kind, Map<String, Shape> fields, Shape items) {
  /** A value of unknown shape: whatever a template does with it may be right. */
  public static final Shape ANY = new Shape(Kind.ANY, Map.of(), null);

  public static final Shape TEXT = new Shape(Kind.TEXT, Map.of(), null);

  /** Kinds of values. */
  public enum Kind {
    STRUCT,
    ARRAY,
    MAP,
    TEXT,
    ANY
  }

  /** A struct, or a whole row; its fields keep their order. */
  public static Shape struct(Map<String, Shape> fields) {
    return new Shape(Kind.STRUCT, fields, null);
  }

  public static Shape array(Shape items) {
    return new Shape(Kind.ARRAY, Map.of(), items);
  }

  public static Shape map(Shape values) {
    return new Shape(Kind.MAP, Map.of(), values);
  }

  /**
   * Returns the shape at a path of fields with dots between them, or null. A name may hold dots
   * itself.
   */
  public Shape at(String path) {
    if (fields.containsKey(path)) {
      return fields.get(path);
    }
    int dot = path.indexOf('.');
    Shape first = dot < 0 ? null : fields.get(path.substring(0, dot));
    return first == null ? null : first.at(path.substring(dot + 1));
  }

  public boolean isOneValue() {
    return kind == Kind.TEXT || kind == Kind.ANY;
  }

  /** Returns whether it is what chat templates accept: an array of roles and contents. */
  public boolean isMessages() {
    return kind == Kind.ARRAY
        && items.kind == Kind.STRUCT
        && TEXT.equals(items.fields.get("role"))
        && TEXT.equals(items.fields.get("content"));
  }
}
