package io.herd.job.cli;

import io.herd.udfs.UserException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Refuses words on the command line that can't be intended. */
final class Words {
  private static final String UNREADABLE = "\uFFFD";

  /** Options of spark-submit, which belong before the verb. */
  private static final Set<String> OF_SPARK =
      Set.of(
          "--master",
          "--deploy-mode",
          "--conf",
          "-c",
          "--name",
          "--jars",
          "--packages",
          "--repositories",
          "--files",
          "--archives",
          "--properties-file",
          "--driver-memory",
          "--driver-cores",
          "--driver-class-path",
          "--driver-java-options",
          "--executor-memory",
          "--executor-cores",
          "--num-executors",
          "--total-executor-cores",
          "--queue",
          "--principal",
          "--keytab",
          "--proxy-user",
          "--verbose");

  private Words() {}

  /**
   * Refuses unreadable arguments: Java decodes them by the locale and replaces other bytes by
   * U+FFFD, so a wrong label would be scored.
   */
  static void requireReadable(String... words) {
    requireReadableAs(System.getProperty("sun.jnu.encoding", "UTF-8"), words);
  }

  static void requireReadableAs(String encoding, String... words) {
    boolean utf8 = encoding.toUpperCase(Locale.ROOT).replace("-", "").equals("UTF8");
    if (utf8) {
      return;
    }
    Stream.of(words)
        .filter(word -> word.contains(UNREADABLE))
        .findFirst()
        .ifPresent(
            word -> {
              throw new UserException(
                  "the argument "
                      + word.replace(UNREADABLE, "?")
                      + " contains characters that Java can't read here: the locale's encoding is "
                      + encoding,
                  "set LC_ALL=C.UTF-8 in the environment (where the driver runs on a cluster,"
                      + " there: spark.yarn.appMasterEnv.LC_ALL or"
                      + " spark.kubernetes.driverEnv.LC_ALL), or write it into the configuration"
                      + " file.");
            });
  }

  /** Refuses a Spark option after the verb, and says where it belongs. */
  static void refuseSparkOptions(ParameterException refused) {
    unmatched(refused).stream()
        .map(word -> word.split("=", 2)[0])
        .filter(OF_SPARK::contains)
        .findFirst()
        .ifPresent(
            option -> {
              throw new UserException(
                  option + " is a Spark option and must stand before the verb.",
                  "write submit/herd "
                      + option
                      + (option.equals("--verbose") ? "" : " ...")
                      + " VERB CONF [key=value ...].",
                  refused);
            });
  }

  /** Refuses an option that other verbs have and this one doesn't, and names those verbs. */
  static void refuseOthersOptions(ParameterException refused, CommandLine line) {
    String verb = refused.getCommandLine().getCommandName();
    for (String word : unmatched(refused)) {
      String option = word.split("=", 2)[0];
      List<String> having =
          line.getSubcommands().entrySet().stream()
              .filter(each -> each.getValue().getCommandSpec().findOption(option) != null)
              .map(Map.Entry::getKey)
              .toList();
      if (option.startsWith("-") && !having.isEmpty()) {
        throw new UserException(
            option
                + " is for "
                + String.join(" and ", having)
                + ", and "
                + verb
                + " has no such option.",
            "remove it; submit/herd " + verb + " --help lists its options.",
            refused);
      }
    }
  }

  private static List<String> unmatched(ParameterException refused) {
    return refused instanceof UnmatchedArgumentException unmatched
        ? unmatched.getUnmatched()
        : List.of();
  }
}
