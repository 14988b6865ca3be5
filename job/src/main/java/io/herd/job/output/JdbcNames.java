package io.herd.job.output;

import io.herd.udfs.PlainText;
import io.herd.udfs.UserException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.spark.sql.jdbc.JdbcDialect;
import org.apache.spark.sql.types.StructType;

/**
 * Names in a database's SQL. None of them can end its quotes or begin another statement: tables are
 * named by the configuration, columns by who wrote the input.
 *
 * @param table as it is configured, with a schema or without, parts in the database's quotes or not
 * @param quote what the database puts around names
 */
record JdbcNames(String table, String quote) {
  private static final String PLAIN = "[\\p{L}\\p{N}_$#@]+";

  /**
   * Checks the table's name, and splits off its quote.
   *
   * @param url the database's address
   */
  static JdbcNames of(String table, JdbcDialect dialect, String url) {
    String quote = dialect.quoteIdentifier("x").substring(0, 1);
    JdbcNames names = new JdbcNames(table, quote);
    String part = names.part(url.startsWith("jdbc:sqlserver:"));
    if (!table.matches(part + "(?:\\.{1,2}" + part + ")*")) {
      throw new UserException(
          "herd.output.table is not a valid table name for a database: " + PlainText.of(table),
          "write it as name or schema.name, of letters, digits and _ $ # @; a name with other"
              + " characters needs the database's quotes, "
              + quote
              + "as here"
              + quote
              + ".");
    }
    return names;
  }

  private String part(boolean brackets) {
    String q = Pattern.quote(quote);
    String quoted = q + "(?:[^\\p{Cntrl}" + quote + "]|" + q + q + ")+" + q;
    return "(?:" + PLAIN + "|" + quoted + (brackets ? "|\\[[^\\p{Cntrl}\\[\\]]+\\]" : "") + ")";
  }

  /** Refuses columns that could end their quotes: Spark doesn't escape quotes in a name. */
  void check(StructType columns) {
    Arrays.stream(columns.fieldNames())
        .filter(name -> name.contains(quote) || name.indexOf('\0') >= 0)
        .findFirst()
        .ifPresent(
            name -> {
              throw new UserException(
                  "the column " + PlainText.of(name) + " has a quote in its name",
                  "rename or drop it, with herd.input.sql: in a database's SQL it would end"
                      + " the name, and what follows would be run.");
            });
  }

  /** Returns a name of Herd's in the table's schema. */
  String beside(String name) {
    int last = -1;
    boolean inQuotes = false;
    for (int i = 0; i < table.length(); i++) {
      char c = table.charAt(i);
      if (c == quote.charAt(0) || c == '[' || c == ']') {
        inQuotes = !inQuotes; // two quotes in a name leave it and enter it again
      } else if (c == '.' && !inQuotes) {
        last = i;
      }
    }
    return table.substring(0, last + 1) + name;
  }
}
