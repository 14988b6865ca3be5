package io.herd.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.config.CallerPaths;
import io.herd.job.config.Settings;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkThrowable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CommandsTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Settings> seen = new ArrayList<>();
  private final List<String> looked = new ArrayList<>();
  private Optional<RunsVerb.Asked> review = Optional.empty();
  private Options asked;

  @BeforeEach
  void writeConfiguration() throws IOException {
    Files.writeString(
        directory.resolve("run.conf"),
        """
        herd {
          model.id = "owner/model", input { format = json, path = in.jsonl }
          prompt.column = text, output.path = out, run.work-dir = work
        }
        """);
  }

  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void execute_verb_endsWithItsExitCode(ExitCode code) {
    assertThat(execute(settings -> code, "run", "run.conf")).isEqualTo(code);
    assertThat(seen.get(0).output().path()).contains(directory + "/out");
    assertThat(err()).isEmpty();
  }

  @Test
  void execute_overrides_reachTheSettings() {
    execute(
        settings -> ExitCode.DONE,
        "run",
        "run.conf",
        "herd.prompt.system=@home -x ${y}",
        "herd.output.mode=append");

    assertThat(seen.get(0).prompt().system()).isEqualTo("@home -x ${y}");
    assertThat(seen.get(0).output().mode()).isEqualTo(Settings.Mode.APPEND);
  }

  @Test
  void execute_wrongConfiguration_isTheUsersWithoutAStackTrace() {
    ExitCode code = execute(settings -> ExitCode.DONE, "run", "run.conf", "herd.output.mod=append");

    assertThat(code).isEqualTo(ExitCode.USER);
    assertThat(err())
        .isEqualTo(
            """
            1 problem in the configuration run.conf:
              1. override  herd.output.mod: no such key. Did you mean herd.output.mode?
              What to do: correct it and start again; conf/reference.conf explains every key.
            """);
    assertThat(seen).isEmpty();
  }

  @Test
  void execute_userExceptionInsideSparks_isTheUsers() {
    ExitCode code =
        execute(
            settings -> {
              throw new IllegalStateException(
                  "Job aborted", new UserException("No column text.", "name one."));
            },
            "run",
            "run.conf");

    assertThat(code).isEqualTo(ExitCode.USER);
    assertThat(err()).isEqualTo("No column text.\n  What to do: name one.\n");
  }

  @Test
  void execute_otherException_isTheSystemsWithItsCauses() {
    ExitCode code =
        execute(
            settings -> {
              throw new SystemException(
                  "Cannot write to s3a://key:secret@bucket.",
                  new IOException("no space left, hf_" + "abcdefgh12345678"));
            },
            "run",
            "run.conf");

    assertThat(code).isEqualTo(ExitCode.SYSTEM);
    assertThat(err())
        .isEqualTo(
            """
            Herd failed: Cannot write to s3a://****@bucket.
              caused by java.io.IOException: no space left, hf_****
            """);
  }

  @Test
  void execute_fullDiskInsideSparks_saysWhatToDoWithoutSparksWords() {
    execute(
        settings -> {
          IOException full = new IOException("No space left on device");
          throw new IllegalStateException(
              "Job aborted: stack trace", new SystemException("can't write results to w", full));
        },
        "run",
        "run.conf");

    assertThat(err())
        .startsWith(
            "Herd failed: can't write results to w\n  caused by java.io.IOException: No space")
        .contains("What to do: make room on the disk", "run the same command again")
        .doesNotContain("stack trace");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "libdjl_torch.so: failed to map segment from shared object, DJL_CACHE_DIR=/data/natives",
        "libc.so.6: version `GLIBC_2.28' not found, needs glibc 2.28",
        "io/herd/job/Main has been compiled by a more recent version, JAVA_HOME",
        "java.net.BindException: Address already in use: Service 'sparkDriver', spark.ui.port=0",
        "DefaultCPUAllocator: can't allocate memory, spark.executor.memoryOverhead",
      })
  void execute_machineIsWrong_saysWhatToDo(String said, String remedy) {
    ExitCode code =
        execute(
            settings -> {
              throw new SystemException("it failed", new IllegalStateException(said));
            },
            "run",
            "run.conf");

    assertThat(code).isEqualTo(ExitCode.SYSTEM);
    assertThat(err()).contains("caused by", said, "\n  What to do: ", remedy);
  }

  @Test
  void execute_completion_isAScriptWithVerbsAndOptions() {
    assertThat(execute(settings -> ExitCode.DONE, "completion")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("complete -F", "\"sample\"", "--older-than");
  }

  @Test
  void execute_error_isTheSystems() {
    ExitCode code =
        execute(
            settings -> {
              throw new OutOfMemoryError("Java heap space");
            },
            "run",
            "run.conf");

    assertThat(code).isEqualTo(ExitCode.SYSTEM);
    assertThat(err())
        .startsWith("Herd failed: java.lang.OutOfMemoryError: Java heap space\n")
        .contains("What to do: give Java more: --driver-memory 4g");
  }

  @Test
  void execute_unknownVerb_namesTheVerbs() {
    assertThat(execute(settings -> ExitCode.DONE, "walk", "run.conf")).isEqualTo(ExitCode.USER);
    assertThat(err())
        .startsWith(
            "There is no verb \"walk\".\n"
                + "  What to do: use one of init, check, fetch, plan, sample, variants, run, status,"
                + " review, compare, clean, completion; submit/herd --help");
  }

  @Test
  void execute_sparkOptionAfterTheVerb_saysWhereItBelongs() {
    assertThat(execute(settings -> ExitCode.DONE, "run", "run.conf", "--master", "yarn"))
        .isEqualTo(ExitCode.USER);
    assertThat(err())
        .isEqualTo(
            """
            --master is a Spark option and must stand before the verb.
              What to do: write submit/herd --master ... VERB CONF [key=value ...].
            """);
    assertThat(execute(settings -> ExitCode.DONE, "run", "run.conf", "--mastre", "yarn"))
        .isEqualTo(ExitCode.USER);
    assertThat(err())
        .contains("The command line can't be understood: Unknown option: '--mastre'")
        .contains("write submit/herd [spark options] VERB CONF [key=value ...]");
  }

  @Test
  void execute_whatOnlyTheUserCanMend_isTheUsers() {
    assertThat(ended(new IllegalStateException("Job aborted", new Divided())))
        .isEqualTo(ExitCode.USER);
    assertThat(err())
        .startsWith("a row can't be read or calculated: [DIVIDE_BY_ZERO] Division by zero.")
        .contains("What to do: correct herd.input.sql, or the value that it fails on;");
    assertThat(
            ended(
                new SystemException(
                    "can't read s3a://no-such/work", new IOException("NoSuchBucket: 404"))))
        .isEqualTo(ExitCode.USER);
    assertThat(err())
        .contains("the bucket isn't there: NoSuchBucket: 404\n  What to do: create it");
    assertThat(ended(new InvalidPathException("gr??e", "unmappable characters")))
        .isEqualTo(ExitCode.USER);
    assertThat(err()).contains("What to do: set LC_ALL=C.UTF-8 in the environment");
  }

  /** As Spark's own tell their kind. */
  private static final class Divided extends RuntimeException implements SparkThrowable {
    private static final long serialVersionUID = 1;

    Divided() {
      super("[DIVIDE_BY_ZERO] Division by zero. Use try_divide.\n== SQL ==\n1 / 0");
    }

    @Override
    public String getCondition() {
      return "DIVIDE_BY_ZERO";
    }
  }

  private ExitCode ended(RuntimeException thrown) {
    return execute(
        settings -> {
          throw thrown;
        },
        "run",
        "run.conf");
  }

  @Test
  void execute_sampleWithANumber_asksForSoManyRows() {
    assertThat(execute(settings -> ExitCode.DONE, "sample", "run.conf", "-n", "7"))
        .isEqualTo(ExitCode.DONE);
    assertThat(asked.rows()).isEqualTo(7);
    execute(settings -> ExitCode.DONE, "sample", "run.conf");
    assertThat(asked.rows()).isEqualTo(20);
  }

  @Test
  void execute_numberThatCantBe_isTheUsers() {
    assertThat(execute(settings -> ExitCode.DONE, "run", "run.conf", "-n", "7"))
        .isEqualTo(ExitCode.USER);
    execute(settings -> ExitCode.DONE, "sample", "run.conf", "-n", "0");
    execute(settings -> ExitCode.DONE, "sample", "run.conf", "-n", "few");
    assertThat(err())
        .contains("-n is for plan and sample and variants and review, and run has no such option.")
        .contains("-n 0 is out of range.")
        .contains("Invalid value for option '-n'");
    assertThat(seen).isEmpty();
  }

  @Test
  void execute_planWithPrompts_isToldTheFileAndHowManyOrAll() {
    execute(settings -> ExitCode.DONE, "plan", "run.conf", "--prompts", "p.jsonl");
    assertThat(asked.prompts()).contains(directory.resolve("p.jsonl"));
    assertThat(asked.rows()).isEqualTo(Integer.MAX_VALUE);
    execute(settings -> ExitCode.DONE, "plan", "run.conf", "--prompts=/x/../p.jsonl", "-n", "1000");
    assertThat(asked.prompts()).contains(Path.of("/p.jsonl"));
    assertThat(asked.rows()).isEqualTo(1000);
    execute(settings -> ExitCode.DONE, "plan", "run.conf");
    assertThat(asked.prompts()).isEmpty();
  }

  @Test
  void execute_promptsThatCantBe_areTheUsers() {
    assertThat(execute(settings -> ExitCode.DONE, "run", "run.conf", "--prompts", "p.jsonl"))
        .isEqualTo(ExitCode.USER);
    execute(settings -> ExitCode.DONE, "plan", "run.conf", "-n", "7");
    execute(settings -> ExitCode.DONE, "plan", "run.conf", "--prompts", "p.jsonl", "-n", "0");
    assertThat(err())
        .contains("--prompts is for plan, and run has no such option.")
        .contains("-n is the number of prompts that --prompts writes, and --prompts is missing.")
        .contains("-n 0 is out of range.\n  What to do: set -n to 1 or more, or omit it");
    assertThat(seen).isEmpty();
  }

  @Test
  void execute_status_looksAtAWorkDirAndReadsNoConfiguration() {
    execute(settings -> ExitCode.DONE, "status", "work/reviews");
    execute(settings -> ExitCode.DONE, "status", "--json", "s3a://bucket/work");
    assertThat(looked).containsExactly(directory + "/work/reviews", "s3a://bucket/work as JSON");
    assertThat(seen).isEmpty();
  }

  @Test
  void execute_compare_isToldBothRuns() {
    execute(settings -> ExitCode.DONE, "compare", "work/a", "s3a://b/work", "--write", "o.jsonl");
    assertThat(looked).containsExactly(directory + "/work/a and s3a://b/work");
    assertThat(review.orElseThrow().write()).contains(directory.resolve("o.jsonl"));
    assertThat(execute(settings -> ExitCode.DONE, "compare", "work/a")).isEqualTo(ExitCode.USER);
  }

  @Test
  void execute_review_isToldItsFiles() {
    execute(settings -> ExitCode.DONE, "review", "work", "look.csv", "--json");
    assertThat(review)
        .contains(
            new RunsVerb.Asked(
                List.of(directory + "/work"),
                true,
                Optional.of(directory.resolve("look.csv")),
                Optional.empty(),
                200));
    execute(settings -> ExitCode.DONE, "review", "work", "--write", "look.csv", "-n", "7");
    assertThat(review.orElseThrow().write()).contains(directory.resolve("look.csv"));
    assertThat(review.orElseThrow().rows()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "status, Missing required parameter: 'WORK-DIR'.",
    "status work other, Unmatched argument at index 2: 'other'.",
    "review work, review needs exactly one file",
    "review work a.csv --write b.csv, review needs exactly one file",
    "review work --write b.csv -n 0, -n 0 is out of range",
    "run run.conf --json, '--json is for variants and status and review and compare, and run has no such"
        + " option.'"
  })
  void execute_statusAskedOtherwise_saysHow(String words, String message) {
    assertThat(execute(settings -> ExitCode.DONE, words.split(" ", -1))).isEqualTo(ExitCode.USER);
    assertThat(err())
        .contains(message, "\n  What to do: ", "submit/herd " + words.split(" ", 0)[0]);
  }

  @Test
  void execute_clean_isToldTheAgeAndWhetherToAsk() {
    execute(settings -> ExitCode.DONE, "clean", "run.conf", "--older-than", "30d");
    assertThat(asked.olderThan()).isEqualTo(Duration.ofDays(30));
    assertThat(asked.yes()).isFalse();
    execute(settings -> ExitCode.DONE, "clean", "run.conf", "--older-than=12h", "--yes");
    assertThat(asked.olderThan()).isEqualTo(Duration.ofHours(12));
    assertThat(asked.yes()).isTrue();
  }

  @Test
  void execute_ageThatCantBe_isTheUsers() {
    assertThat(execute(settings -> ExitCode.DONE, "clean", "run.conf")).isEqualTo(ExitCode.USER);
    execute(settings -> ExitCode.DONE, "clean", "run.conf", "--older-than", "30");
    execute(settings -> ExitCode.DONE, "run", "run.conf", "--yes");
    assertThat(err())
        .contains("Missing required option: '--older-than=AGE'.", "submit/herd clean --help")
        .contains("--older-than: \"30\" is not a time with its unit.\n  What to do: give a time of")
        .contains("--yes is for clean, and run has no such option.");
    assertThat(seen).isEmpty();
  }

  @Test
  void execute_verbAlone_asksForTheFile() {
    assertThat(execute(settings -> ExitCode.DONE, "run")).isEqualTo(ExitCode.USER);
    assertThat(err()).contains("Missing required parameter: 'CONF'");
  }

  @Test
  void execute_helpOfAVerb_explainsItsOptions() {
    assertThat(execute(settings -> ExitCode.DONE, "clean", "x.conf", "-h"))
        .isEqualTo(ExitCode.DONE);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("Removes old results")
        .contains("--older-than=AGE", "--yes", "CONF", "key=value")
        .doesNotContain("--prompts");
  }

  @Test
  void execute_help_explainsEveryVerbAndExitCode() {
    assertThat(execute(settings -> ExitCode.DONE, "--help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("Herd runs a Llama model over every row of a dataset")
        .contains("  check  ", "  plan  ", "  run  ")
        .contains("  0  done", "  1  ", "  2  ", "  3  ", "  4  ");
  }

  @Test
  void execute_version_isPrinted() {
    assertThat(execute(settings -> ExitCode.DONE, "--version")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Herd ");
  }

  private ExitCode execute(Function<Settings, ExitCode> verb, String... arguments) {
    Verb recording =
        (settings, options) -> {
          seen.add(settings);
          asked = options;
          return verb.apply(settings);
        };
    Map<String, Verb> verbs =
        Map.of("run", recording, "plan", recording, "sample", recording, "clean", recording);
    RunsVerb ofRuns =
        asked -> {
          looked.add(String.join(" and ", asked.runs()) + (asked.json() ? " as JSON" : ""));
          review = Optional.of(asked);
          return ExitCode.DONE;
        };
    return new Commands(
            verbs,
            Map.of("status", ofRuns, "review", ofRuns, "compare", ofRuns),
            CallerPaths.here(directory),
            print(out),
            print(err))
        .execute(arguments);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
