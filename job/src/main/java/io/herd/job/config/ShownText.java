package io.herd.job.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Masks settings and messages for consoles, reports and {@code run.json}. Of options only those are
 * shown that are known to be harmless: which ones hold secrets is for each data source to decide,
 * and no list of names has them all.
 */
public final class ShownText {
  /** Options of Spark's own formats, JDBC, Delta and Iceberg. */
  private static final Set<String> HARMLESS =
      Set.of(
          // text files
          ("sep delimiter encoding charset quote escape comment header inferschema enforceschema"
                  + " ignoreleadingwhitespace ignoretrailingwhitespace nullvalue nanvalue positiveinf"
                  + " negativeinf dateformat timestampformat timestampntzformat timezone maxcolumns"
                  + " maxcharspercolumn mode columnnameofcorruptrecord multiline"
                  + " chartoescapequoteescaping samplingratio emptyvalue locale linesep"
                  + " unescapedquotehandling compression primitivesasstring prefersdecimal preferdate"
                  + " allowcomments allowunquotedfieldnames allowsinglequotes allownumericleadingzeros"
                  + " allowbackslashescapinganycharacter allowunquotedcontrolchars"
                  + " allownonnumericnumbers dropfieldifallnull ignorenullfields wholetext quoteall"
                  + " escapequotes rowtag roottag attributeprefix valuetag"
                  // all files
                  + " mergeschema datetimerebasemode int96rebasemode recursivefilelookup"
                  + " pathglobfilter modifiedbefore modifiedafter ignorecorruptfiles"
                  + " ignoremissingfiles basepath path maxrecordsperfile"
                  // tables
                  + " driver url user dbtable query partitioncolumn lowerbound upperbound"
                  + " numpartitions querytimeout fetchsize batchsize isolationlevel truncate"
                  + " cascadetruncate createtablecolumntypes customschema pushdownpredicate"
                  + " versionasof timestampasof snapshot-id as-of-timestamp branch tag"
                  + " start-snapshot-id end-snapshot-id partitionoverwritemode replacewhere"
                  + " overwriteschema write-format target-file-size-bytes fanout-enabled")
              .split(" "));

  private static final String NAMES =
      "pass(?:word|wd|phrase)|pwd|secret|token(?!s\\b|-file|iz)|credential|signature|\\bsig\\b"
          + "|\\bsas\\b|(?:access|account|api|endpoint|private|secret).?key";

  /** {@code jdbc:...?password=p}, {@code ...;pwd=p}, a signed address's parameters. */
  private static final Pattern PARAMETER =
      Pattern.compile("([\\w.-]*(?:" + NAMES + ")[\\w.-]*=)[^&;,\\s]+", Pattern.CASE_INSENSITIVE);

  private static final Pattern HEADER =
      Pattern.compile("\\b(Bearer|Basic)\\s+[\\w.~+/=-]{16,}", Pattern.CASE_INSENSITIVE);

  private static final Pattern SECRET_NAME =
      Pattern.compile("(?:" + NAMES + ")", Pattern.CASE_INSENSITIVE);

  /** Shorter values may be common words, and don't protect a secret. */
  private static final int SHORTEST_SECRET = 8;

  private static final List<String> ENVIRONMENT = secrets(System.getenv());

  private ShownText() {}

  /**
   * Masks Hub tokens, users in URLs, values of secret parameters, and values of environment
   * variables with secret names: any setting may contain {@code ${?DB_PASSWORD}}.
   */
  public static String of(String text) {
    return of(text, ENVIRONMENT);
  }

  static String of(String text, List<String> secrets) {
    String known = text;
    for (String secret : secrets) {
      known = known.replace(secret, "****");
    }
    String parameters = PARAMETER.matcher(SecretText.mask(known)).replaceAll("$1****");
    return HEADER.matcher(parameters).replaceAll("$1 ****");
  }

  /** Returns the values of variables with secret names, longest first. */
  static List<String> secrets(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> SECRET_NAME.matcher(variable.getKey()).find())
        .map(Map.Entry::getValue)
        .filter(value -> value.strip().length() >= SHORTEST_SECRET && !isPath(value))
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  /**
   * Recognizes paths, as in {@code HF_TOKEN_PATH}, which name a secret's location and not the
   * secret.
   */
  private static boolean isPath(String value) {
    return value.startsWith("/") || value.startsWith("~") || value.startsWith("./");
  }

  /** Masks the options of a Spark source or sink, sorted by name. */
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
