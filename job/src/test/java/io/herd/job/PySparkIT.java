package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples for Python, on executors in JVMs of their own; needs a Spark distribution and
 * python3.
 */
@Tag("real")
@ExtendWith(SharedSpark.class)
class PySparkIT {
  private static final int ROWS = 20;
  private static final String CLUSTER = "local-cluster[2,1,1024]";
  private static final String MODEL = Workplace.MODEL.toString();

  private SparkSession spark;
  private Path directory;

  @BeforeEach
  void makeReviews(SparkSession shared, @TempDir Path temporary) throws Exception {
    spark = shared;
    directory = temporary;
    Files.write(temporary.resolve("in.jsonl"), Workplace.reviews(0, ROWS));
  }

  @Test
  void textGenerator_labelsEveryRow() throws Exception {
    submit(home(), CLUSTER, List.of(), "text_generator.py", MODEL, file("in.jsonl"), file("out"));

    assertThat(labelled()).isEqualTo(ROWS);
  }

  /** The library's test has them on each Spark, in one JVM. */
  @Test
  @Tag("deep")
  void sqlFunctions_labelEveryRow() throws Exception {
    List<String> conf =
        List.of(
            "--conf",
            "spark.sql.extensions=io.herd.api.HerdExtensions",
            "--conf",
            "spark.herd.model.path=" + MODEL);
    submit(home(), CLUSTER, conf, "sql_functions.py", file("in.jsonl"), file("out"));

    assertThat(labelled()).isEqualTo(ROWS);
  }

  /** As it stands, but that it saves what it shows; from the folder of the project. */
  @Test
  void readmesExample_labelsEveryRow() throws Exception {
    String example = Documents.blocks("README.md", "python").get(0).text();
    Path script = directory.resolve("readme.py");
    Files.writeString(script, example + "labelled.write.json('" + file("out") + "')\n");
    String lib = home() + "/python/lib/";
    ProcessBuilder python =
        new ProcessBuilder(
            "bash",
            "-c",
            "PYTHONPATH=$(echo \"$0\"pyspark.zip \"$0\"py4j-*.zip | tr ' ' :) exec python3 \"$1\"",
            lib,
            script.toString());
    Files.createSymbolicLink(directory.resolve("job"), Documents.ROOT.resolve("job"));
    Files.createSymbolicLink(
        directory.resolve("data-samples"), Documents.ROOT.resolve("data-samples"));

    run(home(), python);

    assertThat(labelled()).isEqualTo(1000);
  }

  /** Of all that README promises. */
  static Stream<String> homes() {
    return Stream.concat(Stream.of(home()), SparkVersionsIT.homes());
  }

  @ParameterizedTest
  @MethodSource("homes")
  void library_onThatSpark_labelsAndAnswersOrSaysWhyNot(String home) throws Exception {
    List<String> conf = List.of("--conf", "spark.sql.extensions=io.herd.api.HerdExtensions");
    submit(home, "local[2]", conf, "library_on_any_spark.py", MODEL, file("in.jsonl"));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private long labelled() {
    return spark.read().json(file("out")).filter("label IN ('positive', 'negative')").count();
  }

  private static String home() {
    String home = System.getenv("HERD_TEST_SPARK_HOME");
    assertThat(home).as("the environment variable HERD_TEST_SPARK_HOME").isNotBlank();
    return home;
  }

  private void submit(
      String home, String master, List<String> conf, String script, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(home + "/bin/spark-submit");
    command.addAll(List.of("--master", master));
    command.addAll(List.of("--jars", Path.of("target/herd.jar").toAbsolutePath().toString()));
    command.addAll(conf);
    command.add(Path.of("src/test/python", script).toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    run(home, new ProcessBuilder(command));
  }

  private void run(String home, ProcessBuilder builder) throws Exception {
    Path log = directory.resolve("log.txt");
    builder.directory(directory.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", home);
    if (home.equals(home())) {
      builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    }
    builder.environment().put("SPARK_WORKER_DIR", file("workers"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
  }
}
