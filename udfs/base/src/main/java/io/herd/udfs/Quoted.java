package io.herd.udfs;

/** Names as Spark SQL reads them, whatever characters they have. */
public final class Quoted {
  private Quoted() {}

  /** The name in backquotes. */
  public static String name(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
