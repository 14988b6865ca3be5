package io.herd.udfs;

/** Quotes names for Spark SQL, whatever characters they contain. */
public final class Quoted {
  private Quoted() {}

  /** Returns the name in backquotes. */
  public static String name(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
