package io.herd.job.output;

/** Names as Spark SQL reads them, whatever characters they have. */
final class Quoted {
  private Quoted() {}

  static String column(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
