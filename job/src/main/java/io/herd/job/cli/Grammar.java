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

  /** Returns a parser of command lines. */
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
          "%nVerbs, in the usual order of use; submit/herd VERB --help explains one:%n",
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
        "CONF is a file in HOCON. conf/reference.conf explains every key. A small example:",
        "  herd {",
        "    model.path = \"/models/Llama-3.2-1B-Instruct\"",
        "    input { format = json, path = \"reviews.jsonl\" }",
        "    prompt { template = \"Review: {{ text }}\\nSentiment:\", chat = off }",
        "    choices = [\" positive\", \" negative\"]",
        "    output.path = \"out/reviews\"",
        "    run.work-dir = \"work/reviews\"",
        "  }",
        "",
        "key=value overrides a key for this call. Write keys in full, and quote them only for the"
            + " shell:",
        "  submit/herd run reviews.conf herd.input.path=/data/more.jsonl"
            + " 'herd.prompt.template=Review: {{ text }}'",
        "",
        "Spark options go before the verb and are passed to spark-submit unchanged:",
        "  --master M           where to run; local[*] when SPARK_HOME is not set",
        "                         submit/herd --master spark://host:7077 run reviews.conf",
        "  --conf key=value     a setting of Spark",
        "                         submit/herd --conf spark.executor.memory=8g run reviews.conf",
        "  --properties-file F  settings of Spark, one per line; can be repeated, later files win",
        "  --driver-memory 4g   heap of the driver, as HERD_DRIVER_MEMORY; 2g when SPARK_HOME is"
            + " not set",
        "  --verbose            shows Spark's own log, and stack traces",
        "",
        "Environment:",
        "  SPARK_HOME           the Spark to submit with; needed for YARN and Kubernetes. Without"
            + " it Herd builds and uses",
        "                       its own",
        "                         SPARK_HOME=/opt/spark submit/herd --master yarn run reviews.conf",
        "  HERD_JAR             an existing herd.jar, or a URI that the cluster can read:"
            + " local:///opt/herd/herd.jar,",
        "                       s3a://, hdfs://, https://. Without it Herd builds one",
        "  JAVA_HOME            Java 17 or 21",
        "  HF_TOKEN             token for gated models of the Hugging Face Hub; never an argument,"
            + " never in CONF",
        "                       HF_TOKEN_PATH, HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_HUB_OFFLINE"
            + " and proxy variables",
        "                       have the same meaning as for Python's client",
        "",
        "Exit codes:",
        "  0  done",
        "  1  the system failed (network, disk, cluster): run it again and it resumes",
        "  2  wrong configuration, model or input: the message says what to change",
        "  3  stopped early on purpose (deadline, budget, signal): run it again and it resumes",
        "  4  finished, but more rows failed than run.max-failed-fraction allows",
      })
  static final class Herd extends Helped {
    @Option(names = "--version", versionHelp = true, description = "Prints Herd's version.")
    boolean version;
  }

  /** A command with the option {@code --help}. */
  abstract static class Helped {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Prints this help.")
    boolean help;
  }

  /** A verb that reads existing runs. */
  abstract static class OfRuns extends Helped {
    @Option(names = "--json", description = "Prints JSON for programs.")
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
        description =
            "Overrides a key for this call, for example herd.input.path=/data/more.jsonl.")
    List<String> overrides = new ArrayList<>();

    /** Returns the verb's own options. */
    Options options(Path callerDirectory) {
      return Options.NONE;
    }

    /** Returns the key under which {@code Main} registers the verb. */
    String verb(String name) {
      return name;
    }
  }

  @Command(
      name = "init",
      header = "Writes a commented configuration that fits the data.",
      description = {
        "",
        "Reads format, header and columns from the first rows of the input, and recognizes a gold"
            + " column by its labels. Asks for missing options. Needs neither Java nor Spark.",
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
            "For extract: the fields of a JSON object; string, unless a type follows: integer,"
                + " number, boolean or one|of|these.")
    String fields;

    @Option(
        names = "--gold",
        paramLabel = "C",
        description = "The gold column, if init doesn't recognize it.")
    String gold;

    @Option(names = "--output", paramLabel = "PATH", description = "Where the output is written.")
    String output;
  }

  /** The completions of {@code --task} in shells. */
  static final class Tasks extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Tasks() {
      super(List.of("label", "extract", "complete"));
    }
  }

  @Command(
      name = "check",
      header = "Reports everything that would stop a run.",
      description = {
        "",
        "Checks configuration, token, model, tokenizer, template, input schema and memory. Reads"
            + " only a sample of the input.",
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
        description = "Also checks token, cache, disk and device on every node.")
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
        "Downloads into this machine's cache or, with model.distribution = staged, into"
            + " model.staging. Use it to fill caches, images and staging folders in advance.",
        ""
      },
      footer = {"", "  submit/herd fetch reviews.conf"})
  static final class Fetch extends OfConf {}

  @Command(
      name = "plan",
      header =
          "Reads the input, shows the first prompts, estimates time and cost. Generates nothing.",
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
            "Writes the prompts to a new file with mode 0600, as JSON lines with id, prompt and"
                + " ids, or id and error.")
    Path prompts;

    @Option(
        names = "-n",
        paramLabel = "ROWS",
        description = "Number of prompts that --prompts writes. Default: all.")
    Integer rows;

    @Override
    Options options(Path callerDirectory) {
      if (rows != null && prompts == null) {
        throw new UserException(
            "-n is the number of prompts that --prompts writes, and --prompts is missing.",
            "remove -n, or run submit/herd plan CONF --prompts prompts.jsonl -n " + rows + ".");
      }
      if (rows != null && rows < 1) {
        throw new UserException(
            "-n " + rows + " is out of range.", "set -n to 1 or more, or omit it for all prompts.");
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
      header = "Runs a few rows and shows prompt, answer and cost of each.",
      description = {
        "",
        "Every call picks the same rows. Prints to the screen only, and doesn't reuse results of"
            + " runs.",
        ""
      },
      footer = {"", "  submit/herd sample reviews.conf -n 50"})
  static final class Sample extends OfConf {
    /** Few enough for one task, whose time gives the cost per row. */
    private static final int MOST = 100;

    @Option(
        names = "-n",
        paramLabel = "ROWS",
        defaultValue = "20",
        description = "Number of rows, 1 to 100. Default: 20.")
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
      header = "Compares prompts, models and settings on the same rows.",
      description = {
        "",
        "Runs rows with a right answer (gold-column) through each of herd.variants: accuracy with"
            + " its interval, calibration, speed, cost, and McNemar's test of each pair. Results go"
            + " to the work-dir's log: a run with herd.variant=NAME generates only the other rows.",
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
        description = "Maximum number of rows, 10 to 100,000. Default: 500.")
    int rows;

    @Option(names = "--json", description = "Prints JSON for programs.")
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
      header = "Runs all rows. Run it again after a stop, and it resumes.",
      description = "",
      footer = {
        "",
        "Writes one row to herd.output for each input row. The report is in herd.run.work-dir:"
            + " report.html for people,",
        "run.json for programs.",
        "",
        "  submit/herd run reviews.conf",
        "  submit/herd --master spark://host:7077 run reviews.conf herd.output.mode=overwrite"
      })
  static final class Run extends OfConf {}

  @Command(
      name = "status",
      header = "Shows the progress of a run, here or elsewhere, from the files in its work-dir.",
      description = {
        "",
        "Shows step, rows, rate, time left, owner and age of the lease, and the last run's outcome."
            + " Doesn't start Spark.",
        ""
      },
      footer = {"", "  submit/herd status work/reviews"})
  static final class Status extends OfRuns {
    @Parameters(
        index = "0",
        paramLabel = "WORK-DIR",
        description = "The run's work-dir (herd.run.work-dir): a folder or a URI.")
    String workDir;

    @Override
    RunsVerb.Asked asked(Path callerDirectory) {
      return of(callerDirectory, workDir);
    }
  }

  @Command(
      name = "review",
      header = "Evaluates a run again with human corrections. Generates nothing.",
      description = {
        "",
        "1. --write FILE writes rows that contradict the gold column and uncertain rows; without a"
            + " gold column, uncertain and random rows. 2. A person fills in the column right. 3."
            + " FILE prints accuracy, confusion, calibration, and the accuracy that values of"
            + " labelling.abstain-below reach.",
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
        description = "The run's work-dir (herd.run.work-dir): a folder or a URI.")
    String run;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "FILE",
        description = "JSON lines or CSV, with the columns key and right.")
    Path file;

    @Option(
        names = "--write",
        paramLabel = "FILE",
        description = "Writes the rows to review to a new file with mode 0600, and ends.")
    Path write;

    @Option(
        names = "-n",
        paramLabel = "ROWS",
        description = "Number of rows that --write writes, 1 to 10000. Default: 200.")
    Integer rows;

    @Override
    RunsVerb.Asked asked(Path callerDirectory) {
      if ((file == null) == (write == null)) {
        throw new UserException(
            "review needs exactly one file: one to read, or one to --write.",
            "run submit/herd review RUN --write FILE, fill in the column right, then run"
                + " submit/herd review RUN FILE.");
      }
      if (rows != null && (write == null || rows < 1 || rows > MOST)) {
        throw new UserException(
            "-n " + rows + " is out of range, or --write is missing.",
            "choose 1 to 10000 rows: submit/herd review RUN --write look.csv -n 200.");
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
      header = "Compares two runs. Generates nothing.",
      description = {
        "",
        "Shows rows with different answers, calibration, speed and cost; with a gold column also"
            + " accuracy with 95 %% intervals and McNemar's test. Rows are matched by"
            + " input.id-column if both runs have it, otherwise by their values.",
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
        description = "The run's work-dir (herd.run.work-dir): a folder or a URI.")
    String first;

    @Parameters(index = "1", paramLabel = "RUN", description = "The other run's work-dir.")
    String second;

    @Option(
        names = "--write",
        paramLabel = "FILE",
        description =
            "Writes the rows with different answers to a new file with mode 0600, as JSON lines.")
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
      header = "Removes old results and snapshots from the work-dir.",
      description = {
        "",
        "Removes results, snapshots and lists of disagreements. Lists them and asks first. Keeps"
            + " everything that an unfinished run needs.",
        ""
      },
      footer = {"", "  submit/herd clean reviews.conf --older-than 30d"})
  static final class Clean extends OfConf {
    @Option(
        names = "--older-than",
        paramLabel = "AGE",
        required = true,
        description = "Minimum age of what is removed, for example 30d or 12h.")
    String olderThan;

    @Option(names = "--yes", description = "Removes without asking.")
    boolean yes;

    @Override
    Options options(Path callerDirectory) {
      Duration age = TimeText.read("--older-than", olderThan, "30d");
      return new Options(0, Optional.empty(), age, yes);
    }
  }

  @Command(
      name = "completion",
      header = "Prints the completion script for bash and zsh.",
      description = {""},
      footer = {"", "  source <(submit/herd completion)"})
  static final class Completion extends Helped {}
}
