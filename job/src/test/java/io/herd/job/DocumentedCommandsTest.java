package io.herd.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.cli.Commands;
import io.herd.job.cli.RunsVerb;
import io.herd.job.cli.Verb;
import io.herd.job.config.CallerPaths;
import io.herd.job.exit.ExitCode;
import io.herd.job.verb.CheckVerb;
import io.herd.job.verb.CleanVerb;
import io.herd.job.verb.PlanVerb;
import io.herd.job.verb.SampleVerb;
import io.herd.job.verb.StatusVerb;
import io.herd.job.workdir.WorkDir;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of all documents. Each goes through submit/herd to a Spark that only says what it
 * was given; Herd's part of it is then read, and run on a few rows where it needs no cluster.
 */
@ExtendWith(SharedSpark.class)
class DocumentedCommandsTest {
  private static final String HERD = "submit/herd";

  /** Programs that come with systems. */
  private static final Set<String> TOOLS = Set.of("export", "mkdir", "hdfs", "source");

  /** Where a line asks for no cluster and no network, it does what it says. */
  private static final Set<String> LOCAL = Set.of("check", "plan", "sample", "run", "clean");

  private SparkSession spark;
  private Path caller;
  private final Set<List<String>> done = new HashSet<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void makeACallersFolder(SparkSession shared, @TempDir Path directory) throws IOException {
    spark = shared;
    caller = directory;
    Launched.makeProject(caller);
    Path submit = Files.createDirectory(caller.resolve("submit"));
    for (String name :
        List.of(
            "herd", "machine", "cluster", "init", "look", "look.awk", "help", "completion.bash")) {
      Files.createSymbolicLink(
          submit.resolve(name), Documents.ROOT.resolve(HERD).resolveSibling(name));
    }
    executable("bin/spark-submit", "printf '%s\\n' \"$@\"");
    executable("bin/java", "echo 'openjdk version \"17.0.1\"' >&2");
    Files.createFile(caller.resolve("herd.jar"));
    Files.write(caller.resolve("reviews.jsonl"), Workplace.reviews(0, 4));
    Files.writeString(caller.resolve("reviews.conf"), Documents.in("hocon").get(0).text());
  }

  private void executable(String name, String body) throws IOException {
    Path file = caller.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void commands_ofAllDocuments_doWhatTheySay() throws Exception {
    for (Documents.Block block : Documents.in("bash")) {
      for (String line : block.text().replace("\\\n", " ").split("\n", 0)) {
        call(block.place(), line.replaceFirst("(^| )#.*", "").strip());
      }
    }
    assertThat(done).as("calls of submit/herd").hasSizeGreaterThan(15);
  }

  private void call(String place, String line) throws Exception {
    String program = line.replaceFirst("^([A-Z_]+=\\S+ )*", "").replaceFirst(" .*", "");
    if (program.equals(HERD)) {
      herd(place, line);
    } else if (!program.isEmpty() && !TOOLS.contains(program)) {
      assertThat(Documents.ROOT.resolve(program)).as(place + ": " + line).isExecutable();
    }
  }

  private void herd(String place, String line) throws Exception {
    if (line.contains("herd init ")) {
      Files.deleteIfExists(caller.resolve("reviews.conf")); // of the page before
    }
    List<String> given = submitted(place, line);
    int jar = given.indexOf(caller.resolve("herd.jar").toString());
    if (jar < 0 || !done.add(given)) {
      return; // init, --help and the like are done
    }
    List<String> words = new ArrayList<>();
    given
        .subList(jar + 1, given.size())
        .forEach(word -> words.add(word.replaceAll("^/(shared|etc/herd)/", "")));
    boolean ofOurs =
        words.stream().anyMatch(word -> word.startsWith("conf/")); // DocumentedCodeTest
    boolean far = given.contains("--master") || ofOurs || !LOCAL.contains(words.get(0));
    if (!far) {
      words.addAll(List.of("herd.model.path=" + Workplace.MODEL, "herd.input.path=reviews.jsonl"));
      words.addAll(List.of("herd.model.dtype=float32", "herd.engine.threads=1"));
    }
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode code = commands(far, err).execute(words.toArray(String[]::new));
    assertThat(code).as(place + ": " + line + "\n" + err.toString(UTF_8)).isEqualTo(ExitCode.DONE);
  }

  /** What spark-submit is given. */
  private List<String> submitted(String place, String line) throws Exception {
    Path out = caller.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", line.replace("/opt/spark", caller.toString()))
            .directory(caller.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("SPARK_HOME", caller.toString());
    builder.environment().put("HERD_JAR", caller.resolve("herd.jar").toString());
    builder.environment().put("JAVA_HOME", caller.toString());
    builder.environment().put("HADOOP_CONF_DIR", caller.toString());
    Process process = builder.start();
    boolean ended = process.waitFor(1, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0)
        .as(place + ": " + line + "\n" + Files.readString(out))
        .isTrue();
    return Files.readAllLines(out);
  }

  private Commands commands(boolean far, ByteArrayOutputStream err) {
    PrintStream out = new PrintStream(printed, true, UTF_8);
    Map<String, Verb> verbs = new HashMap<>();
    Main.VERBS.keySet().forEach(verb -> verbs.put(verb, (settings, options) -> ExitCode.DONE));
    if (!far) {
      verbs.put("run", (settings, options) -> new Job(spark, settings, out).run());
      verbs.put("check", (settings, options) -> new CheckVerb(spark, settings, out).run());
      verbs.put(
          "plan",
          (settings, options) ->
              new PlanVerb(spark, settings, out).run(options.prompts(), options.rows()));
      verbs.put(
          "sample",
          (settings, options) -> new SampleVerb(spark, settings, out).run(options.rows()));
      verbs.put(
          "clean",
          (settings, options) ->
              new CleanVerb(spark, settings, out, question -> Optional.of(true))
                  .run(options.olderThan(), options.yes()));
    }
    RunsVerb status =
        asked -> {
          WorkDir place =
              new WorkDir(asked.runs().get(0), spark.sparkContext().hadoopConfiguration());
          return new StatusVerb(place, out, Clock.systemUTC()).run(asked.json());
        };
    Map<String, RunsVerb> ofRuns =
        Map.of(
            "status", status, "review", asked -> ExitCode.DONE, "compare", asked -> ExitCode.DONE);
    return new Commands(
        verbs, ofRuns, CallerPaths.here(caller), out, new PrintStream(err, true, UTF_8));
  }
}
