package io.herd.udfs.template.run;

import io.herd.udfs.template.values.Types;
import io.herd.udfs.template.values.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An attribute such as {@code author.name} or {@code 0}, as an argument of filters. */
final class Paths {
  private final List<Object> parts;
  private final Object absent; // instead of what is undefined, or null
  private final Rendering rendering;

  private Paths(List<Object> parts, Object absent, Rendering rendering) {
    this.parts = parts;
    this.absent = absent;
    this.rendering = rendering;
  }

  static Paths of(Object attribute, Rendering rendering) {
    return of(attribute, null, rendering);
  }

  static Paths of(Object attribute, Object absent, Rendering rendering) {
    List<Object> parts = new ArrayList<>();
    if (Types.isText(attribute)) {
      for (String part : Types.text(attribute).split("\\.", -1)) {
        parts.add(StringTests.isDigits(part) ? Numerals.integer(part, 10) : part);
      }
    } else if (attribute != null) {
      parts.add(attribute instanceof Boolean ? Types.integer(attribute) : attribute);
    }
    return new Paths(parts, absent, rendering);
  }

  /** Parses several attributes, separated by commas. */
  static List<Paths> several(Object attribute, Rendering rendering) {
    List<Paths> paths = new ArrayList<>();
    if (Types.isText(attribute)) {
      for (String one : Types.text(attribute).split(",", -1)) {
        paths.add(of(one, rendering));
      }
    } else {
      paths.add(of(attribute, rendering));
    }
    return paths;
  }

  Object at(Object item) {
    Object value = item;
    for (Object part : parts) {
      value = Subscripts.item(value, part, rendering);
      if (absent != null && value instanceof Undefined) {
        value = absent;
      }
    }
    return value;
  }

  /** Returns the value that an item is compared by: texts in lower case unless case matters. */
  Object key(Object item, boolean caseCounts) {
    Object value = at(item);
    return !caseCounts && Types.isText(value) ? Types.text(value).toLowerCase(Locale.ROOT) : value;
  }
}
