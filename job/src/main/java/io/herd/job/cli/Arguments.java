package io.herd.job.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What stands on the command line; the words that explain it are in submit/help.txt. */
@Command(name = "submit/herd")
public final class Arguments {
  private static final int SAMPLE_ROWS = 20;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true)
  boolean help;

  @Option(names = "--version", versionHelp = true)
  boolean version;

  @Option(names = "--cluster")
  boolean cluster;

  @Option(names = "-n", paramLabel = "ROWS")
  Integer rows;

  @Option(names = "--prompts", paramLabel = "FILE")
  Path prompts;

  @Option(names = "--older-than", paramLabel = "AGE")
  String olderThan;

  @Option(names = "--yes")
  boolean yes;

  /** What shells complete the first word to. */
  public static final class Verbs extends ArrayList<String> {
    public Verbs() {
      super(List.of("init", "check", "fetch", "plan", "sample", "run", "clean", "completion"));
    }
  }

  @Parameters(index = "0", paramLabel = "VERB", completionCandidates = Verbs.class)
  String verb;

  @Parameters(index = "1", paramLabel = "CONF")
  Path file;

  @Parameters(index = "2..*", paramLabel = "key=value")
  List<String> overrides = new ArrayList<>();

  /** How many rows a sample has, or how many prompts a plan writes at most. */
  int rows() {
    if (rows != null) {
      return rows;
    }
    return prompts == null ? SAMPLE_ROWS : Integer.MAX_VALUE;
  }

  /** The verb's name; with its option it is a verb of its own. */
  String verb() {
    return cluster ? verb + " --cluster" : verb;
  }
}
