package io.herd.udfs.template.values;

/** An object whose attributes a template may set, even from within loops. */
public final class Namespace {
  private final Dict attributes;

  public Namespace(Dict attributes) {
    this.attributes = attributes;
    attributes.keys().forEach(Namespace::check);
  }

  public Dict attributes() {
    return attributes;
  }

  public void set(String name, Object value) {
    check(name);
    attributes.put(name, value);
  }

  private static void check(Object name) {
    if (name instanceof String text && text.startsWith("_")) {
      throw new Problem("a namespace takes no attribute that begins with an underscore");
    }
  }
}
