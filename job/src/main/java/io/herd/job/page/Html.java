package io.herd.job.page;

import io.herd.udfs.PlainText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * An element of a page with what is inside it, or a text. Whatever comes from data gets in as a
 * text or as an attribute's value, and both are escaped; names of elements and attributes are the
 * code's own.
 */
final class Html {
  private static final Set<String> VOID = Set.of("meta");

  private final String name; // null of a text
  private final String text;
  private final Map<String, String> attributes;
  private final List<Html> inside;

  private Html(String name, String text, Map<String, String> attributes, List<Html> inside) {
    this.name = name;
    this.text = text;
    this.attributes = attributes;
    this.inside = inside;
  }

  static Html text(Object value) {
    return new Html(null, String.valueOf(value), Map.of(), List.of());
  }

  static Html tag(String name, Html... inside) {
    return tag(name, List.of(inside));
  }

  static Html tag(String name, String text) {
    return tag(name, text(text));
  }

  static Html tag(String name, List<Html> inside) {
    return new Html(name, null, Map.of(), inside);
  }

  /** Adds an attribute to this element. */
  Html with(String attribute, Object value) {
    Map<String, String> more = new LinkedHashMap<>(attributes);
    more.put(attribute, Objects.toString(value));
    return new Html(name, text, more, inside);
  }

  void write(StringBuilder out) {
    if (name == null) {
      out.append(escaped(text));
      return;
    }
    out.append('<').append(name);
    attributes.forEach(
        (key, value) ->
            out.append(' ').append(key).append("=\"").append(escaped(value)).append('"'));
    out.append('>');
    inside.forEach(each -> each.write(out));
    if (!VOID.contains(name)) {
      out.append("</").append(name).append('>');
    }
  }

  private static String escaped(String raw) {
    String text = PlainText.of(raw);
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
