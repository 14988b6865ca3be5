package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The DAG in submit/airflow, run by a real Airflow ({@code HERD_TEST_AIRFLOW} is the Python that
 * has it) with a real spark-submit.
 */
@Tag("real")
class AirflowIT {
  private static final String CANARY = "hf_CanaryCanaryCanaryCanaryCanaryCan";
  private static final Path SCRIPT = Path.of("src/test/airflow/run_herd_label.py");

  /** Few slots and long completions, so that an attempt can be killed between its results. */
  private static final String CONF =
      """
      herd {
        model { path = "%s", dtype = float32 }
        input { format = json, schema = "id STRING, text STRING" }
        prompt { column = text, chat = on }
        generate { max-new-tokens = 96, ignore-eos = true }
        engine { slots = 2, max-length = 512, threads = 1 }
        run.checkpoint.rows = 4
      }
      """
          .formatted(Workplace.MODEL);

  @TempDir static Path directory;

  /** How the DAG's run ended, and what Airflow logged. */
  private record Ended(JsonObject result, String log) {
    String state() {
      return result.get("state").getAsString();
    }

    int tries(String task) {
      return result.getAsJsonObject("tries").get(task).getAsInt();
    }
  }

  @BeforeAll
  static void makeAirflow() throws Exception {
    Path dags = Files.createDirectories(directory.resolve("airflow/dags"));
    copyDags(dags);
    Files.writeString(directory.resolve("reviews.conf"), CONF);
    start("migrate", "-m", "airflow", "db", "migrate");
  }

  @Test
  void dag_attemptKilled_retryResumesAndTheTokenIsNowhere() throws Exception {
    input("2026-01-01", Workplace.reviews(0, 40));

    Ended ended = dag("2026-01-02", Map.of("kill", at("work/2026-01-01/results")));

    assertThat(ended.state()).isEqualTo("success");
    assertThat(ended.tries("check")).isEqualTo(1);
    assertThat(ended.tries("run")).isEqualTo(2);
    assertThat(ended.result().get("told").toString())
        .as("the asset's event")
        .contains(at("work/2026-01-01"));
    JsonObject report = report("2026-01-01");
    assertThat(report.get("rows_ok").getAsInt()).isEqualTo(40);
    assertThat(report.get("rows_reused").getAsInt()).as("by the retry").isPositive();
    assertThat(directory.resolve("out/2026-01-01")).isDirectory();
    assertThat(ended.result().get("token_arrived").getAsBoolean())
        .as("the connection's password is in spark-submit's environment")
        .isTrue();
    assertThat(filesWith(CANARY)).isEmpty();
  }

  @Test
  void dag_userError_isNotRetriedAndNamesTheReport() throws Exception {
    input("2026-02-01", Workplace.reviews(0, 2));
    Files.writeString(
        Files.createDirectories(directory.resolve("out/2026-02-01")).resolve("a"), "another's");

    Ended ended = dag("2026-02-02", Map.of("skip", "check"));

    assertThat(ended.state()).isEqualTo("failed");
    assertThat(ended.tries("run")).isEqualTo(1);
    assertThat(report("2026-02-01").get("exit_code").getAsInt()).isEqualTo(2);
    assertThat(ended.log())
        .contains("A retry can't help: the output " + at("out/2026-02-01") + " exists")
        .contains("Herd's report: " + at("work/2026-02-01") + "/run.json");
  }

  @Test
  void dag_rowsFailed_endsAsConfigured() throws Exception {
    input("2026-03-01", List.of("{\"id\": \"1\", \"text\": \"Good.\"}", "{\"id\": \"2\"}"));
    Map<String, Object> accepting =
        Map.of("skip", "check", "conf", Map.of("on_failed_rows", "accept"));

    assertThat(dag("2026-03-02", accepting).state()).isEqualTo("success");
    Ended strict = dag("2026-03-02", Map.of("skip", "check"));

    assertThat(strict.state()).isEqualTo("failed");
    assertThat(strict.tries("run")).isEqualTo(1);
    assertThat(report("2026-03-01").get("exit_code").getAsInt()).isEqualTo(4);
    assertThat(report("2026-03-01").get("rows_generated").getAsInt()).isZero();
  }

  @Test
  void herdDag_calledForEachConfiguration_makesADagForEach() throws Exception {
    Path dags = Files.createDirectories(directory.resolve("several"));
    copyDags(dags);
    Files.writeString(
        dags.resolve("mine.py"),
        """
        from herd_dag import herd_dag  # airflow

        for name in ("reviews", "tickets"):
            globals()[name] = herd_dag(f"label_{name}", conf=f"/opt/herd/{name}.conf", input="/in",
                                       output="/out", work_dir="/work", max_duration="90m", tags=["mine"])
        """);

    String found =
        start("list", Path.of("src/test/airflow/list_dags.py").toString(), dags.toString())
            .lines()
            .reduce("", (before, line) -> line);

    JsonObject all = new Gson().fromJson(found, JsonObject.class);
    assertThat(all.keySet())
        .containsExactlyInAnyOrder("herd_label", "label_reviews", "label_tickets");
    JsonObject tickets = all.getAsJsonObject("label_tickets");
    assertThat(tickets.get("tasks")).hasToString("[\"check\",\"run\",\"verify\"]");
    assertThat(tickets.get("words").toString())
        .contains("/opt/herd/tickets.conf", "herd.run.work-dir=/work", "herd.input.path=/in");
  }

  private static void copyDags(Path dags) throws IOException {
    for (String name : List.of("herd_dag.py", "herd_label.py")) {
      Files.copy(Path.of("../submit/airflow", name), dags.resolve(name));
    }
  }

  private static void input(String day, List<String> lines) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("in").resolve(day));
    Files.write(folder.resolve("a.jsonl"), lines);
  }

  /** Runs the DAG for the day before a midnight. */
  private static Ended dag(String midnight, Map<String, ?> options) throws Exception {
    Path result = Files.createTempFile(directory, "result", ".json");
    String json = new Gson().toJson(options);
    String log = start("dag", SCRIPT.toString(), midnight, result.toString(), json);
    return new Ended(new Gson().fromJson(Files.readString(result), JsonObject.class), log);
  }

  private static JsonObject report(String day) throws IOException {
    Path file = directory.resolve("work").resolve(day).resolve("run.json");
    return new Gson().fromJson(Files.readString(file), JsonObject.class);
  }

  private static String start(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(given("HERD_TEST_AIRFLOW")));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(directory, name, ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    String home = given("HERD_TEST_SPARK_HOME");
    String path = home + "/bin:" + System.getenv("PATH");
    String day = "/{{ data_interval_start | ds }}";
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("PATH", path),
                Map.entry("SPARK_HOME", home),
                Map.entry("JAVA_HOME", System.getProperty("java.home")),
                Map.entry("AIRFLOW_HOME", at("airflow")),
                Map.entry("AIRFLOW__CORE__LOAD_EXAMPLES", "False"),
                Map.entry(
                    "AIRFLOW_CONN_SPARK_DEFAULT",
                    "{\"conn_type\":\"spark\",\"host\":\"local[2]\"}"),
                Map.entry(
                    "AIRFLOW_CONN_HERD_HUB",
                    "{\"conn_type\":\"generic\",\"password\":\"" + CANARY + "\"}"),
                Map.entry("HERD_TOKEN_CONNECTION", "herd_hub"),
                Map.entry("HERD_RETRY_SECONDS", "1"),
                Map.entry("HERD_JAR", Path.of("target/herd.jar").toAbsolutePath().toString()),
                Map.entry("HERD_CONF", at("reviews.conf")),
                Map.entry("HERD_INPUT", at("in") + day + "/*.jsonl"),
                Map.entry("HERD_OUTPUT", at("out") + day),
                Map.entry("HERD_WORK_DIR", at("work") + day)));
    builder.environment().remove("HF_TOKEN");
    Process process = builder.start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    String text = Files.readString(log);
    assertThat(ended && process.exitValue() == 0).as(text).isTrue();
    return text;
  }

  private static String given(String variable) {
    assertThat(System.getenv(variable)).as("the environment variable " + variable).isNotBlank();
    return System.getenv(variable);
  }

  private static String at(String name) {
    return directory.resolve(name).toString();
  }

  /** Logs, Airflow's database, Herd's files. */
  private static List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> found = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          found.add(file);
        }
      }
      return found;
    }
  }
}
