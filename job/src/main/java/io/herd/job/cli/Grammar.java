package io.herd.job.cli;

import io.herd.job.config.CallerPaths;
import io.herd.job.config.TimeText;
import io.herd.udfs.UserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The verbs and their options, with the text that explains each. Picocli parses command lines by
 * it, prints {@code --help} and writes the completion of shells. {@code submit/help} and {@code
 * submit/completion.bash} are copies of that output.
 */
final class Grammar {
  private static final int WIDTH = 118;

  private Grammar() {}

  /** A reader of command lines. */
  static CommandLine line() {
    CommandLine line = new CommandLine(new Herd());
    line.setExpandAtFiles(false); // an argument may start with @
    line.setUsageHelpWidth(WIDTH); // of the verbs, too
    return line;
  }

  /** The command itself, whose help is the first page. */
  @Command(
      name = "submit/herd",
      customSynopsis = "submit/herd [spark options] VERB CONF [key=value ...]",
      synopsisHeading = "%nUsage:  ",
      header = "Herd runs a Llama model over every row of a dataset, on Apache Spark.",
      commandListHeading =
          "%nVerbs, in the order in which you need them; submit/herd VERB --help explains one:%n",
      optionListHeading = "%nOptions:%n",
      subcommands = {
        Init.class,
        Check.class,
        Fetch.class,
        Plan.class,
        Sample.class,
        Variants.class,
        Run.class,
        Status.class,
        Review.class,
        Compare.class,
        Clean.class,
        Completion.class
      },
      footer = {
        "",
        "CONF is a file in HOCON. Every key is explained in conf/reference.conf. A small one:",
        "  herd {",
        "    model.path = \"/models/Llama-3.2-1B-Instruct\"",
        "    input { format = json, path = \"reviews.jsonl\" }",
        "    prompt { template = \"Review: {{ text }}\\nSentiment:\", chat = off }",
        "    choices = [\" positive\", \" negative\"]",
        "    output.path = \"out/reviews\"",
        "    run.work-dir = \"work/reviews\"",
        "  }",
        "",
        "key=value changes a key for this call. Keys are written in full; quote them for your shell"
            + " only:",
        "  submit/herd run reviews.conf herd.input.path=/data/more.jsonl"
            + " 'herd.prompt.template=Review: {{ text }}'",
        "",
        "Spark options stand before the verb and go to spark-submit as they are:",
        "  --master M           where to run; local[*] when SPARK_HOME is not set",
        "                         submit/herd --master spark://host:7077 run reviews.conf",
        "  --conf key=value     a setting of Spark",
        "                         submit/herd --conf spark.executor.memory=8g run reviews.conf",
        "  --properties-file F  settings of Spark, one a line; of several files later ones win",
        "  --driver-memory 4g   heap of the driver, as HERD_DRIVER_MEMORY; 2g when SPARK_HOME is"
            + " not set",
        "  --verbose            shows Spark's own log, and stack traces",
        "",
        "Environment:",
        "  SPARK_HOME           a Spark to submit with, which YARN and Kubernetes need; without it"
            + " Herd builds and uses",
        "                       one of its own",
        "                         SPARK_HOME=/opt/spark submit/herd --master yarn run reviews.conf",
        "  HERD_JAR             a built herd.jar to submit, or a URI that the cluster reads: local:///opt/herd/herd.jar,",
        "                       s3a://, hdfs://, https://; without it Herd builds one",
        "  JAVA_HOME            Java 17 or 21",
        "  HF_TOKEN             token for gated models of the Hugging Face Hub; never an argument,"
            + " never in CONF.",
        "                       HF_TOKEN_PATH, HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_HUB_OFFLINE"
            + " and the proxies' variables",
        "                       mean what they mean to Python's client",
        "",
        "Exit codes:",
        "  0  done",
        "  1  the system failed (network, disk, cluster): try again",
        "  2  yours to fix: the message says what and how",
        "  3  stopped early on purpose (deadline, signal): run it again and it resumes",
        "  4  finished, but more rows failed than run.max-failed-fraction allows",
      })
  static final class Herd extends Helped {
    @Option(names = "--version", versionHelp = true, description = "Shows the version of Herd.")
    boolean version;
  }

  /** A command with the option {@code --help}. */
  abstract static class Helped {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Shows this.")
    boolean help;
  }

  /** A verb that looks at runs that are there. */
  abstract static class OfRuns extends Helped {
    @Option(names = "--json", description = "For programs.")
    boolean json;

    abstract RunsVerb.Asked asked(Path callerDirectory);

    RunsVerb.Asked of(Path callerDirectory, String... runs) {
      List<String> places =
          Stream.of(runs).map(run -> CallerPaths.resolve(callerDirectory, run)).toList();
      return new RunsVerb.Asked(places, json, Optional.empty(), Optional.empty(), 0);
    }

    static Optional<Path> local(Path callerDirectory, Path file) {
      return Optional.ofNullable(file)
          .map(each -> callerDirectory.resolve(each).toAbsolutePath().normalize());
    }
  }

  /** A verb that reads a configuration. */
  abstract static class OfConf extends Helped {
    @Parameters(
        index = "0",
        paramLabel = "CONF",
        description = "The configuration, in HOCON; conf/reference.conf explains its keys.")
    Path file;

    @Parameters(
        index = "1..*",
        paramLabel = "key=value",
        description = "Changes a key for this call, for example herd.input.path=/data/more.jsonl.")
    List<String> overrides = new ArrayList<>();

    /** The verb's own options. */
    Options options(Path callerDirectory) {
      return Options.NONE;
    }

    /** The key under which {@code Main} registers the verb. */
    String verb(String name) {
      return name;
    }
  }

  @Command(
      name = "init",
      header = "Writes a commented configuration, and looks at the data for it.",
      description = {
        "",
        "Format, header and columns come from the first rows of the input, the right answers from a"
            + " column that has only labels. It asks for what is missing, and needs neither Java"
            + " nor Spark.",
        ""
      },
      footer = {
        "",
        "  submit/herd init reviews.conf --model meta-llama/Llama-3.2-1B-Instruct --input"
            + " reviews.jsonl \\",
        "    --column text --task label --labels positive,negative",
        "  submit/herd init people.conf --model /models/llama --input letters.csv --column body \\",
        "    --task extract --fields 'name,age:integer,mood:good|bad'"
      })
  static final class Init extends Helped {
    @Parameters(index = "0", paramLabel = "CONF", description = "The file to write.")
    Path file;

    @Option(
        names = "--model",
        paramLabel = "M",
        description = "A folder, or owner/name on the Hub.")
    String model;

    @Option(names = "--input", paramLabel = "FILE", description = "A file, a folder or a URI.")
    String input;

    @Option(names = "--column", paramLabel = "C", description = "The column with the text.")
    String column;

    @Option(
        names = "--task",
        paramLabel = "T",
        completionCandidates = Tasks.class,
        description = "label, extract, complete or moderation.")
    String task;

    @Option(names = "--labels", paramLabel = "a,b", description = "For label: the labels.")
    String labels;

    @Option(
        names = "--fields",
        paramLabel = "a,b:integer",
        description =
            "For extract: the fields of a JSON object, each string unless it says integer, number,"
                + " boolean or one|of|these.")
    String fields;

    @Option(
        names = "--gold",
        paramLabel = "C",
        description = "The column with the right answers, if it isn't found.")
    String gold;

    @Option(names = "--output", paramLabel = "PATH", description = "Where the rows go.")
    String output;
  }

  /** What shells complete {@code --task} to. */
  static final class Tasks extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Tasks() {
      super(List.of("label", "extract", "complete"));
    }
  }

  @Command(
      name = "check",
      header = "Looks for what would stop a run.",
      description = {
        "",
        "Configuration, model, tokenizer, template, input schema, memory. Reads no more than a"
            + " sample.",
        ""
      },
      footer = {
        "",
        "  submit/herd check reviews.conf",
        "  submit/herd --master spark://host:7077 check reviews.conf --cluster"
      })
  static final class Check extends OfConf {
    @Option(
        names = "--cluster",
        description = "Asks every node, too, for its token, cache, disk and device.")
    boolean cluster;

    @Override
    String verb(String name) {
      return cluster ? name + " --cluster" : name;
    }
  }

  @Command(
      name = "fetch",
      header = "Downloads the model from the Hugging Face Hub and does nothing else.",
      description = {
        "",
        "Into this machine's cache, or into model.staging when that is how it is distributed. Fills"
            + " caches, images and staging folders beforehand.",
        ""
      },
      footer = {"", "  submit/herd fetch reviews.conf"})
  static final class Fetch extends OfConf {}

  @Command(
      name = "plan",
      header = "Reads the input, shows the first prompts, estimates the time. Generates nothing.",
      description = {""},
      footer = {
        "",
        "  submit/herd plan reviews.conf",
        "  submit/herd plan reviews.conf --prompts prompts.jsonl -n 100"
      })
  static final class Plan extends OfConf {
    @Option(
        names = "--prompts",
        paramLabel = "FILE",
        description =
            "Writes the prompts into a new file that only you can read, as JSON lines with id,"
                + " prompt and ids, or id and error.")
    Path prompts;

    @Option(
        names = "-n",
        paramLabel = "ROWS",
        description = "How many prompts --prompts writes; all rows' without it.")
    Integer rows;

    @Override
    Options options(Path callerDirectory) {
      if (rows != null && prompts == null) {
        throw new UserException(
            "-n says how many prompts plan writes with --prompts, and this plan writes none.",
            "leave it out, or write submit/herd plan CONF --prompts prompts.jsonl -n "
                + rows
                + ".");
      }
      if (rows != null && rows < 1) {
        throw new UserException(
            "-n " + rows + " is out of range.", "write 1 or more prompts, or all without -n.");
      }
      return new Options(
          rows == null ? Integer.MAX_VALUE : rows,
          Optional.ofNullable(prompts)
              .map(file -> callerDirectory.resolve(file).toAbsolutePath().normalize()),
          null,
          false);
    }
  }

  @Command(
      name = "sample",
      header = "Does a few rows and shows prompt, answer and cost of each.",
      description = {
        "",
        "Each call takes equal rows. It writes nothing but the screen, and doesn't use results of"
            + " runs.",
        ""
      },
      footer = {"", "  submit/herd sample reviews.conf -n 50"})
  static final class Sample extends OfConf {
    /** So few that one task does them, whose time tells what a row costs. */
    private static final int MOST = 100;

    @Option(
        names = "-n",
        paramLabel = "ROWS",
        defaultValue = "20",
        description = "How many, 1 to 100; 20 without it.")
    int rows;

    @Override
    Options options(Path callerDirectory) {
      if (rows < 1 || rows > MOST) {
        throw new UserException(
            "-n " + rows + " is out of range.",
            "sample 1 to " + MOST + " rows, for example -n 20.");
      }
      return new Options(rows, Optional.empty(), null, false);
    }
  }

  @Command(
      name = "variants",
      header = "Tries prompts, models and settings on the same rows, and says which is best.",
      description = {
        "",
        "Rows with a right answer (gold-column) are done by each of herd.variants: accuracy with its"
            + " interval, calibration, speed, cost, and McNemar's test of every two. Results go to"
            + " the work-dir's log: a run with herd.variant=NAME generates the rest.",
        ""
      },
      footer = {
        "",
        "  submit/herd variants reviews.conf -n 1000",
        "  submit/herd run reviews.conf herd.variant=short"
      })
  static final class Variants extends OfConf {
    private static final int MOST = 100_000;

    @Option(
        names = "-n",
        paramLabel = "ROWS",
        defaultValue = "500",
        description = "How many at most, 10 to 100,000; 500 without it.")
    int rows;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    Options options(Path callerDirectory) {
      if (rows < 10 || rows > MOST) {
        throw new UserException(
            "-n " + rows + " is out of range.", "try 10 to 100,000 rows, for example -n 500.");
      }
      return new Options(rows, Optional.empty(), null, false);
    }

    @Override
    String verb(String name) {
      return json ? name + " --json" : name;
    }
  }

  @Command(
      name = "run",
      header = "Does all rows, and goes on where it stopped when it is run again.",
      description = "",
      footer = {
        "",
        "The rows go to herd.output, one for each that came in. The report is in herd.run.work-dir:"
            + " report.html for the",
        "eye, run.json for programs.",
        "",
        "  submit/herd run reviews.conf",
        "  submit/herd --master spark://host:7077 run reviews.conf herd.output.mode=overwrite"
      })
  static final class Run extends OfConf {}

  @Command(
      name = "status",
      header = "Tells of a run that goes on, here or elsewhere, by the files of its work-dir.",
      description = {
        "",
        "Step, rows, rate, time left, who has the lease since when, how the last one ended. Without"
            + " Spark.",
        ""
      },
      footer = {"", "  submit/herd status work/reviews"})
  static final class Status extends OfRuns {
    @Parameters(
        index = "0",
        paramLabel = "WORK-DIR",
        description = "What herd.run.work-dir names: a folder or a URI.")
    String workDir;

    @Override
    RunsVerb.Asked asked(Path callerDirectory) {
      return of(callerDirectory, workDir);
    }
  }

  @Command(
      name = "review",
      header = "Takes the right labels of a person, and measures a run again. Generates nothing.",
      description = {
        "",
        "First --write FILE: rows that the gold column contradicts and rows that are unsure, or"
            + " without a gold column unsure ones and random ones. A person writes right labels"
            + " into its column right. Then FILE: accuracy, confusion, calibration, and what"
            + " labelling.abstain-below reaches.",
        ""
      },
      footer = {
        "",
        "  submit/herd review work/reviews --write look.csv -n 200",
        "  submit/herd review work/reviews look.csv"
      })
  static final class Review extends OfRuns {
    private static final int MOST = 10_000;

    @Parameters(
        index = "0",
        paramLabel = "RUN",
        description = "What herd.run.work-dir names: a folder or a URI.")
    String run;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "FILE",
        description = "JSON lines or a CSV, with key and right.")
    Path file;

    @Option(
        names = "--write",
        paramLabel = "FILE",
        description =
            "Writes the rows to look at into a new file that only you can read, and ends.")
    Path write;

    @Option(
        names = "-n",
        paramLabel = "ROWS",
        description = "How many rows --write writes, 1 to 10000; 200 without it.")
    Integer rows;

    @Override
    RunsVerb.Asked asked(Path callerDirectory) {
      if ((file == null) == (write == null)) {
        throw new UserException(
            "review takes one file: with right labels, or one to write.",
            "write submit/herd review RUN --write FILE, edit that, then submit/herd review RUN"
                + " FILE.");
      }
      if (rows != null && (write == null || rows < 1 || rows > MOST)) {
        throw new UserException(
            "-n " + rows + " is out of range, or without --write.",
            "write 1 to 10000 rows: submit/herd review RUN --write look.csv -n 200.");
      }
      RunsVerb.Asked plain = of(callerDirectory, run);
      return new RunsVerb.Asked(
          plain.runs(),
          json,
          local(callerDirectory, file),
          local(callerDirectory, write),
          rows == null ? 200 : rows);
    }
  }

  @Command(
      name = "compare",
      header = "Puts two runs side by side. Generates nothing.",
      description = {
        "",
        "Rows with another answer, accuracy with 95 %% intervals and McNemar's test where there is a"
            + " gold column, calibration, speed, cost. Rows are found again by input.id-column"
            + " where both have it, else by their values.",
        ""
      },
      footer = {
        "",
        "  submit/herd compare work/small work/large",
        "  submit/herd compare work/small work/large --write other.jsonl"
      })
  static final class Compare extends OfRuns {
    @Parameters(
        index = "0",
        paramLabel = "RUN",
        description = "What herd.run.work-dir names: a folder or a URI.")
    String first;

    @Parameters(index = "1", paramLabel = "RUN", description = "The other one's.")
    String second;

    @Option(
        names = "--write",
        paramLabel = "FILE",
        description =
            "Writes the rows with another answer into a new file that only you can read, as JSON"
                + " lines.")
    Path write;

    @Override
    RunsVerb.Asked asked(Path callerDirectory) {
      RunsVerb.Asked plain = of(callerDirectory, first, second);
      return new RunsVerb.Asked(
          plain.runs(), json, Optional.empty(), local(callerDirectory, write), 0);
    }
  }

  @Command(
      name = "clean",
      header = "Removes from the work-dir what is older than an age.",
      description = {
        "",
        "Results, snapshots, lists of rows that were wrong. Shows it and asks first. What an"
            + " unfinished run needs stays.",
        ""
      },
      footer = {"", "  submit/herd clean reviews.conf --older-than 30d"})
  static final class Clean extends OfConf {
    @Option(
        names = "--older-than",
        paramLabel = "AGE",
        required = true,
        description = "How old what it removes must be, for example 30d or 12h.")
    String olderThan;

    @Option(names = "--yes", description = "Doesn't ask.")
    boolean yes;

    @Override
    Options options(Path callerDirectory) {
      Duration age = TimeText.read("--older-than", olderThan, "30d");
      return new Options(0, Optional.empty(), age, yes);
    }
  }

  @Command(
      name = "completion",
      header = "Prints what makes bash and zsh complete verbs and options.",
      description = {""},
      footer = {"", "  source <(submit/herd completion)"})
  static final class Completion extends Helped {}
}
