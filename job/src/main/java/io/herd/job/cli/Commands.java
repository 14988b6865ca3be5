package io.herd.job.cli;

import io.herd.job.config.CallerPaths;
import io.herd.job.config.SettingsReader;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs the command line: finds the verb, reads its settings, runs it, and turns any exception into
 * a message and an exit code. Nothing else in Herd does the latter.
 */
public final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  private final Map<String, Verb> verbs;
  private final Map<String, RunsVerb> ofRuns;
  private final CallerPaths caller;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Creates the command line for these verbs.
   *
   * @param ofRuns those that read no configuration
   */
  public Commands(
      Map<String, Verb> verbs,
      Map<String, RunsVerb> ofRuns,
      CallerPaths caller,
      PrintStream out,
      PrintStream err) {
    this.verbs = new TreeMap<>(verbs);
    this.ofRuns = Map.copyOf(ofRuns);
    this.caller = caller;
    this.out = out;
    this.err = err;
  }

  public ExitCode execute(String... arguments) {
    try {
      Words.requireReadable(arguments);
      return run(arguments);
    } catch (Throwable e) { // whatever it is, spark-submit must learn the exit code
      return report(e);
    }
  }

  private ExitCode run(String... words) {
    ParseResult read = parse(words);
    CommandLine asked = deepest(read);
    if (asked.isUsageHelpRequested()) {
      asked.usage(out, CommandLine.Help.Ansi.OFF);
      return ExitCode.DONE;
    }
    if (asked.isVersionHelpRequested()) {
      String version = Commands.class.getPackage().getImplementationVersion();
      out.println("Herd " + (version == null ? "(not packaged)" : version));
      return ExitCode.DONE;
    }
    Object verb = asked.getCommand();
    if (verb instanceof Grammar.Completion) {
      out.print(AutoComplete.bash("herd", Grammar.line()));
      return ExitCode.DONE;
    }
    if (verb instanceof Grammar.OfRuns runs) {
      return ofRuns.get(asked.getCommandName()).run(runs.asked(caller.callerDirectory()));
    }
    if (verb instanceof Grammar.OfConf conf) {
      return run(conf, asked.getCommandName());
    }
    if (verb instanceof Grammar.Init) {
      throw new UserException("init is a separate script.", "call it with submit/herd init.");
    }
    throw noVerb("There is no verb.", asked);
  }

  private ExitCode run(Grammar.OfConf conf, String name) {
    Options options = conf.options(caller.callerDirectory());
    return verbs
        .get(conf.verb(name))
        .run(SettingsReader.read(conf.file, conf.overrides, caller), options);
  }

  private static CommandLine deepest(ParseResult read) {
    List<CommandLine> all = read.asCommandLineList();
    return all.get(all.size() - 1);
  }

  private static UserException noVerb(String problem, CommandLine line) {
    String verbs = String.join(", ", line.getSubcommands().keySet());
    return new UserException(
        problem, "use one of " + verbs + "; submit/herd --help explains them.");
  }

  private static ParseResult parse(String... words) {
    CommandLine line = Grammar.line();
    if (words.length > 0
        && !words[0].startsWith("-")
        && !line.getSubcommands().containsKey(words[0])) {
      throw noVerb("There is no verb \"" + words[0] + "\".", line);
    }
    try {
      return line.parseArgs(words);
    } catch (ParameterException e) {
      Words.refuseSparkOptions(e);
      Words.refuseOthersOptions(e, line);
      String help = e.getCommandLine().getCommandSpec().qualifiedName();
      throw new UserException(
          "The command line can't be understood: " + e.getMessage() + ".",
          "write submit/herd [spark options] VERB CONF [key=value ...]; "
              + help
              + " --help explains it.",
          e);
    }
  }

  private ExitCode report(Throwable thrown) {
    LOG.debug("Where it was thrown", thrown);
    err.println(ErrorText.of(thrown));
    return ExitCode.of(thrown);
  }
}
