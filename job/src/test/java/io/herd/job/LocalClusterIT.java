package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Executors in JVMs of their own: what is sent to them must travel, and engines load there. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class LocalClusterIT {
  private static final int ROWS = 160; // at 64 rows a task, enough for both executors

  private static final int CHECKPOINT = 4;

  private static final String DRAWING =
      Workplace.COMPLETE
          + """
          herd {
            input.id-column = id
            generate { max-new-tokens = 64, ignore-eos = true, temperature = 1.2, top-p = 0.95 }
            engine { max-length = 512, deterministic = true }
          }
          """;

  private Workplace place;

  @BeforeEach
  void makeInput(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(Workplace.reviews(0, ROWS));
  }

  @Test
  void herd_twoExecutors_giveWhatOneJvmGives() throws Exception {
    place.run(Workplace.LABEL);
    Map<String, String> expected = texts("out", "label");
    place.file("far.conf", List.of(Workplace.LABEL));

    Launched.start(
            place.directory(),
            "--master",
            "local-cluster[2,1,1024]",
            "run",
            "far.conf",
            "herd.run.work-dir=far",
            "herd.output.path=far-out")
        .ends(0);

    assertThat(texts("far-out", "label")).hasSize(ROWS).isEqualTo(expected);
  }

  /** Kills an executor when both have written results, as ExecutorsChaos does in short. */
  @Test
  @Tag("deep")
  void herd_executorKilled_itsTaskGoesOnWhereItStoppedAndDrawsTheSame() throws Exception {
    place.run(DRAWING, "herd.run.work-dir=near", "herd.output.path=near-out");
    place.file("far.conf", List.of(DRAWING));
    Launched run =
        Launched.start(
                place.directory(),
                "--master",
                "local-cluster[2,1,1024]",
                "run",
                "far.conf",
                "herd.engine.slots=2",
                "herd.run.checkpoint.rows=" + CHECKPOINT)
            .awaitsFirstResults("work");
    while (attempts().size() < 2) {
      assertThat(run.processes().get(0).isAlive()).isTrue();
      Thread.sleep(50);
    }
    ProcessHandle executor =
        run.processes().stream()
            .filter(it -> it.info().commandLine().orElse("").contains("CoarseGrainedExecutor"))
            .findFirst()
            .orElseThrow();
    executor.destroyForcibly();
    run.ends(0);

    JsonObject report = run.report("work");
    assertThat(report.get("rows_out").getAsLong()).isEqualTo(report.get("rows_in").getAsLong());
    assertThat(report.get("rows_ok").getAsLong()).isEqualTo(ROWS);
    assertThat(attempts().values())
        .as("the killed attempt's results, and those of the next one")
        .anySatisfy(attempts -> assertThat(attempts).hasSizeGreaterThan(1));
    assertThat(results("key") - results("DISTINCT key"))
        .as("generated twice: a flush, when the stage is run again and the other task goes on")
        .isLessThanOrEqualTo(CHECKPOINT);
    assertThat(texts("out", "completion")).hasSize(ROWS).isEqualTo(texts("near-out", "completion"));
  }

  /** Its executor dies whenever one of the rows is in work. */
  @Test
  void herd_rowThatKillsExecutors_failsAloneAndTheOthersAreDone() throws Exception {
    place.input(Workplace.reviews(0, 12)).file("far.conf", List.of(Workplace.LABEL));
    Path work = place.directory().resolve("work");

    Launched run =
        Launched.start(
                place.directory(),
                "--master",
                "local-cluster[1,1,1024]",
                "--jars",
                restlessFiles().toString(),
                "--conf",
                "spark.hadoop.fs.restless.impl=io.herd.job.RestlessFiles",
                "--conf",
                "spark.hadoop." + RestlessFiles.DEADLY + "=true",
                "--conf",
                "spark.hadoop."
                    + RestlessFiles.COUNTS
                    + "="
                    + Files.createDirectory(place.directory().resolve("counts")),
                "run",
                "far.conf",
                "herd.run.work-dir=" + RestlessFiles.SCHEME + ":" + work)
            .ends(4);

    JsonObject report = run.report("work");
    assertThat(report.get("rows_out").getAsLong()).isEqualTo(12);
    assertThat(report.get("rows_ok").getAsLong()).isEqualTo(11);
    assertThat(place.output().filter("status = 'failed'").select("error").head().getString(0))
        .isEqualTo(
            "the engine or its process died 2 times while it ran this row alone; the executors'"
                + " logs say how");
  }

  /** A jar with the class of that name, which executors load. */
  private Path restlessFiles() throws Exception {
    String name = RestlessFiles.class.getName().replace('.', '/') + ".class";
    Path jar = place.directory().resolve("restless.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = RestlessFiles.class.getResourceAsStream("RestlessFiles.class")) {
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
    }
    return jar;
  }

  /** Counts something of the log. */
  private long results(String what) {
    return place
        .spark()
        .read()
        .json(place.log().stream().map(Path::toString).toArray(String[]::new))
        .selectExpr("count(" + what + ")")
        .head()
        .getLong(0);
  }

  /** By the log's partitions, the task attempts that wrote to it. */
  private Map<String, Set<String>> attempts() {
    Map<String, Set<String>> attempts = new TreeMap<>();
    for (Path file : place.log()) {
      String[] parts = file.getFileName().toString().split("-", -1);
      if (!parts[0].startsWith("_")) {
        attempts.computeIfAbsent(parts[1], key -> new TreeSet<>()).add(parts[2]);
      }
    }
    return attempts;
  }

  private Map<String, String> texts(String output, String column) {
    Map<String, String> texts = new TreeMap<>();
    place
        .spark()
        .read()
        .parquet(place.directory().resolve(output).toString())
        .select("id", column)
        .collectAsList()
        .forEach(row -> texts.put(row.getString(0), row.getString(1)));
    return texts;
  }
}
