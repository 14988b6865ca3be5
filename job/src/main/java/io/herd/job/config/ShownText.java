package io.herd.job.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings and messages as consoles, reports and {@code run.json} may have them. Of options only
 * those are shown that are known to be harmless: which ones hold secrets is for each data source to
 * decide, and no list of names has them all.
 */
public final class ShownText {
  /** Options of Spark's own formats, JDBC, Delta and Iceberg. */
  private static final Set<String> HARMLESS =
      Set.of(
          // text files
          ("sep delimiter encoding charset quote escape comment header inferschema enforceschema"
                  + " ignoreleadingwhitespace ignoretrailingwhitespace nullvalue nanvalue"
                  + " positiveinf negativeinf dateformat timestampformat timestampntzformat timezone"
                  + " maxcolumns maxcharspercolumn mode columnnameofcorruptrecord multiline"
                  + " chartoescapequoteescaping samplingratio emptyvalue locale linesep"
                  + " unescapedquotehandling compression primitivesasstring prefersdecimal"
                  + " preferdate allowcomments allowunquotedfieldnames allowsinglequotes"
                  + " allownumericleadingzeros allowbackslashescapinganycharacter"
                  + " allowunquotedcontrolchars allownonnumericnumbers dropfieldifallnull"
                  + " ignorenullfields wholetext quoteall escapequotes rowtag roottag"
                  + " attributeprefix valuetag"
                  // all files
                  + " mergeschema datetimerebasemode int96rebasemode recursivefilelookup"
                  + " pathglobfilter modifiedbefore modifiedafter ignorecorruptfiles"
                  + " ignoremissingfiles basepath path maxrecordsperfile"
                  // tables
                  + " driver url user dbtable query partitioncolumn lowerbound upperbound numpartitions"
                  + " querytimeout fetchsize batchsize isolationlevel truncate cascadetruncate"
                  + " createtablecolumntypes customschema pushdownpredicate versionasof"
                  + " timestampasof snapshot-id as-of-timestamp branch tag start-snapshot-id"
                  + " end-snapshot-id partitionoverwritemode replacewhere overwriteschema"
                  + " write-format target-file-size-bytes fanout-enabled")
              .split(" "));

  private static final String NAMES =
      "pass(?:word|wd|phrase)|pwd|secret|token(?!s\\b|-file|iz)|credential|signature|\\bsig\\b"
          + "|\\bsas\\b|(?:access|account|api|private|secret).?key";

  /** {@code jdbc:...?password=p}, {@code ...;pwd=p}, a signed address's parameters. */
  private static final Pattern PARAMETER =
      Pattern.compile("([\\w.-]*(?:" + NAMES + ")[\\w.-]*=)[^&;,\\s]+", Pattern.CASE_INSENSITIVE);

  private static final Pattern HEADER =
      Pattern.compile("\\b(Bearer|Basic)\\s+[\\w.~+/=-]{16,}", Pattern.CASE_INSENSITIVE);

  private ShownText() {}

  /** A text without Hub tokens, users of URLs, and values of parameters that are secrets. */
  public static String of(String text) {
    String parameters = PARAMETER.matcher(SecretText.mask(text)).replaceAll("$1****");
    return HEADER.matcher(parameters).replaceAll("$1 ****");
  }

  /** The options of a Spark source or sink, sorted by their names. */
  static Map<String, String> options(Map<?, ?> options) {
    Map<String, String> shown = new TreeMap<>();
    options.forEach(
        (name, value) -> {
          boolean harmless = HARMLESS.contains(name.toString().toLowerCase(Locale.ROOT));
          shown.put(name.toString(), harmless ? of(value.toString()) : "****");
        });
    return shown;
  }
}
