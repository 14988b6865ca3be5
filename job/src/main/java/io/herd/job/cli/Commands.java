package io.herd.job.cli;

import io.herd.job.config.CallerPaths;
import io.herd.job.config.SettingsReader;
import io.herd.job.config.TimeText;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The command line: finds the verb, reads its settings, runs it, and turns whatever is thrown into
 * a message and an exit code. Nothing else in Herd does the latter.
 */
public final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  private static final String JSON = "--json";

  /** The only verb without a configuration or a work-dir. */
  private static final List<String> COMPLETION = List.of("completion");

  /** So few that one task does them, whose time tells what a row costs. */
  private static final int MOST_SAMPLED = 100;

  /** The only one with a work-dir in place of a configuration. */
  private static final String STATUS = "status";

  private final Map<String, Verb> verbs;
  private final Looking looking;
  private final Path callerDirectory;
  private final PrintStream out;
  private final PrintStream err;

  /** What {@code status} does. */
  @FunctionalInterface
  public interface Looking {
    /**
     * Looks at a work-dir.
     *
     * @param workDir a path or a URI
     * @param json whether a program reads the answer
     */
    ExitCode look(String workDir, boolean json);
  }

  public Commands(
      Map<String, Verb> verbs,
      Looking looking,
      Path callerDirectory,
      PrintStream out,
      PrintStream err) {
    this.verbs = new TreeMap<>(verbs);
    this.looking = looking;
    this.callerDirectory = callerDirectory;
    this.out = out;
    this.err = err;
  }

  public ExitCode execute(String... arguments) {
    try {
      if (List.of(arguments).equals(COMPLETION)) {
        return completion();
      }
      boolean status = arguments.length > 0 && arguments[0].equals(STATUS);
      return status ? status(arguments) : run(parse(arguments));
    } catch (Throwable e) { // whatever it is, spark-submit must learn the exit code
      return report(e);
    }
  }

  private ExitCode status(String... words) {
    List<String> given = new ArrayList<>(List.of(words).subList(1, words.length));
    boolean json = given.remove(JSON);
    if (given.size() != 1 || given.get(0).startsWith("-")) {
      throw new UserException(
          given.isEmpty()
              ? "status needs the work-dir to look at."
              : "status knows a work-dir and --json, and was given "
                  + String.join(" ", given)
                  + ".",
          "write submit/herd status WORK-DIR [--json]; WORK-DIR is what herd.run.work-dir names.");
    }
    return looking.look(CallerPaths.resolve(callerDirectory, given.get(0)), json);
  }

  private ExitCode completion() {
    out.print(AutoComplete.bash("herd", new CommandLine(new Arguments())));
    return ExitCode.DONE;
  }

  private ExitCode run(Arguments arguments) {
    if (arguments.help) {
      out.print(help());
      return ExitCode.DONE;
    }
    if (arguments.version) {
      String version = Commands.class.getPackage().getImplementationVersion();
      out.println("Herd " + (version == null ? "(not packaged)" : version));
      return ExitCode.DONE;
    }
    Verb verb = verbs.get(arguments.verb());
    if (verb == null) {
      throw new UserException(
          "There is no verb \"" + arguments.verb() + "\".",
          "use one of "
              + Stream.concat(verbs.keySet().stream(), Stream.of(STATUS))
                  .collect(Collectors.joining(", "))
              + "; submit/herd --help explains them.");
    }
    checkRows(arguments);
    checkJson(arguments);
    Options options =
        new Options(arguments.rows(), prompts(arguments), olderThan(arguments), arguments.yes);
    return verb.run(
        SettingsReader.read(arguments.file, arguments.overrides, callerDirectory), options);
  }

  private static void checkJson(Arguments arguments) {
    if (arguments.json) {
      throw new UserException(
          "--json is for status, and " + arguments.verb() + " has no such answer.",
          "leave it out.");
    }
  }

  private static void checkRows(Arguments arguments) {
    boolean sample = arguments.verb().equals("sample");
    if (arguments.rows != null && !sample && arguments.prompts == null) {
      throw new UserException(
          "-n says how many rows to sample, or how many prompts plan writes with --prompts, and this "
              + arguments.verb()
              + " does neither.",
          "leave it out, or write submit/herd sample CONF -n " + arguments.rows + ".");
    }
    if (arguments.rows() < 1 || (sample && arguments.rows() > MOST_SAMPLED)) {
      throw new UserException(
          "-n " + arguments.rows() + " is out of range.",
          sample
              ? "sample 1 to " + MOST_SAMPLED + " rows, for example -n 20."
              : "write 1 or more prompts, or all without -n.");
    }
  }

  private Optional<Path> prompts(Arguments arguments) {
    if (arguments.prompts != null && !arguments.verb().equals("plan")) {
      throw new UserException(
          "--prompts is for plan, and " + arguments.verb() + " writes no prompts.",
          "leave it out, or write submit/herd plan CONF --prompts " + arguments.prompts + ".");
    }
    return Optional.ofNullable(arguments.prompts)
        .map(file -> callerDirectory.resolve(file).toAbsolutePath().normalize());
  }

  private static Duration olderThan(Arguments arguments) {
    boolean clean = arguments.verb().equals("clean");
    if (!clean && (arguments.olderThan != null || arguments.yes)) {
      throw new UserException(
          "--older-than and --yes are for clean, and " + arguments.verb() + " removes nothing.",
          "leave them out.");
    }
    if (clean && arguments.olderThan == null) {
      throw new UserException(
          "clean needs to know how old results must be to be removed.",
          "write submit/herd clean CONF --older-than 30d.");
    }
    return clean ? TimeText.read("--older-than", arguments.olderThan, "30d") : null;
  }

  private static Arguments parse(String... words) {
    Arguments arguments = new Arguments();
    CommandLine line = new CommandLine(arguments);
    line.setExpandAtFiles(false); // an argument may start with @
    try {
      line.parseArgs(words);
      return arguments;
    } catch (ParameterException e) {
      throw new UserException(
          "The command line can't be understood: " + e.getMessage() + ".",
          "write submit/herd [spark options] VERB CONF [key=value ...]; submit/herd --help explains"
              + " it.",
          e);
    }
  }

  private ExitCode report(Throwable thrown) {
    LOG.debug("Where it was thrown", thrown);
    err.println(ErrorText.of(thrown));
    return ExitCode.of(thrown);
  }

  private static String help() {
    try (InputStream text = Commands.class.getResourceAsStream("help.txt")) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
