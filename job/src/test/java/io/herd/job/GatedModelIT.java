package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.endpoint.FakeServer;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A gated model from a Hub, on executors in JVMs of their own: one handshake, one download for each
 * host, and the token nowhere but in the requests to the Hub.
 */
@Tag("large")
@ExtendWith(SharedSpark.class)
class GatedModelIT {
  private static final String ID = "meta-llama/Llama-3.2-1B-Instruct";
  private static final String ADAPTER = "someone/Llama-review-lora";
  private static final String CANARY = "hf_CanaryCanaryCanaryCanaryCanaryCan";
  private static final int ROWS = 160; // at 64 rows a task, enough for both executors

  private static final String ONE_EXECUTOR = "local-cluster[1,1,1024]";

  /** Few slots and long completions, so that there is time to look at it. */
  private static final String[] SLOW = {
    "run",
    "gated.conf",
    "herd.choices=[]",
    "herd.generate.max-new-tokens=96",
    "herd.generate.ignore-eos=true",
    "herd.engine.slots=2",
    "herd.engine.max-length=512",
    "herd.run.checkpoint.rows=4"
  };

  private final FakeHub hub = FakeHub.start();
  private Workplace place;

  @BeforeEach
  void makeInput(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory).input(Workplace.reviews(0, ROWS));
    place.file(
        "gated.conf",
        List.of(
            Workplace.LABEL.replaceFirst("path = \"[^\"]*\"", "id = \"" + ID + "\""),
            "herd.model.revision = main"));
    hub.repo(ID).folder(Workplace.MODEL).gated();
    hub.account(CANARY).name("someone").accept(ID);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Launched herd(Map<String, String> environment, String... arguments) throws IOException {
    return herd("local-cluster[2,1,1024]", environment, arguments);
  }

  private Launched herd(String master, Map<String, String> environment, String... arguments)
      throws IOException {
    Map<String, String> all = new java.util.HashMap<>(environment);
    all.putIfAbsent("HF_ENDPOINT", hub.endpoint().toString());
    all.putIfAbsent("HF_HOME", place.directory().resolve("hf").toString());
    all.putIfAbsent("HF_TOKEN", CANARY);
    all.put("SPARK_WORKER_DIR", place.directory().resolve("workers").toString());
    all.put("SPARK_LOCAL_DIRS", place.directory().resolve("local").toString());
    Files.createDirectories(place.directory().resolve("events"));
    List<String> words =
        new ArrayList<>(
            List.of(
                "--master",
                master,
                "--verbose",
                "--conf",
                "spark.eventLog.enabled=true",
                "--conf",
                "spark.eventLog.dir=" + place.directory().resolve("events").toUri(),
                "--conf",
                "spark.eventLog.compress=false", // or nothing would be found in it
                "--conf",
                "spark.shuffle.compress=false",
                "--conf",
                "spark.broadcast.compress=false"));
    words.addAll(List.of(arguments));
    return Launched.start(place.directory(), all, words.toArray(String[]::new));
  }

  /** A gated adapter of another owner, which the runs of both distributions bring, too. */
  private String adapter() {
    hub.repo(ADAPTER).folder(Path.of("../udfs/test-resources/adapters/sample")).gated();
    hub.account(CANARY).accept(ADAPTER);
    return "herd.model.adapter=hf://" + ADAPTER;
  }

  @Test
  void run_onACluster_asksOnceDownloadsOnceAndKeepsTheSecret() throws Exception {
    String adapter = adapter();
    Launched run = herd(Map.of(), "run", "gated.conf", adapter).ends(0);

    assertThat(requests("/api/whoami-v2")).as("one for both repositories").hasSize(1);
    assertThat(downloads("model.safetensors")).as("one for the host").isEqualTo(1);
    assertThat(downloads("adapter_model.safetensors")).as("one for the host").isEqualTo(1);
    assertThat(downloads("tokenizer.json")).isEqualTo(1);
    assertThat(hub.requests())
        .filteredOn(request -> request.server() == FakeRequest.Server.CDN)
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.token()).isEmpty());
    assertThat(run.report("work").get("rows_ok").getAsInt()).isEqualTo(ROWS);
    assertThat(run.report("work").getAsJsonObject("model").get("commit").getAsString())
        .isEqualTo(hub.repo(ID).commit());
    assertThat(run.report("work").getAsJsonArray("engines")).isNotEmpty();
    assertNoCanary();

    hub.forget();
    String[] again = {"herd.output.path=again", "herd.run.work-dir=again-work"};
    herd(ONE_EXECUTOR, Map.of(), "run", "gated.conf", adapter, again[0], again[1]).ends(0);
    assertThat(downloads("model.safetensors")).as("it is in the cache").isZero();
    assertThat(downloads("adapter_model.safetensors")).as("it is in the cache").isZero();
  }

  /** What others on the machine or with a browser can see of a run. */
  @Test
  void run_whileItGenerates_showsNoTokenInItsPagesAndProcesses() throws Exception {
    Launched run = herd(Map.of(), SLOW).awaitsFirstResults("work");

    Map<String, String> pages = LivePages.read(run.err());
    assertThat(pages.toString())
        .contains("SparkUI/environment/", "/allexecutors=", "MasterUI/json/", "WorkerUI/json/")
        .contains("Thread dump for executor", "threadName")
        .contains("spark.redaction.regex", "CoarseGrainedExecutorBackend")
        .doesNotContain(CANARY);
    requireMetrics(run);
    List<String> commands = new ArrayList<>();
    for (ProcessHandle process : run.processes()) {
      commands.add(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
    }
    assertThat(commands)
        .anySatisfy(command -> assertThat(command).contains("io.herd.job.Main"))
        .anySatisfy(command -> assertThat(command).contains("CoarseGrainedExecutorBackend"))
        .allSatisfy(command -> assertThat(command).doesNotContain(CANARY));
    assertNoCanary(); // in executors' folders, which they remove at their end

    run.signalled("TERM").ends(3);
    assertThat(run.err())
        .contains("event=step_ended step=read", "event=run_ended outcome=stopped")
        .containsPattern(
            "event=http method=(HEAD|GET) url=\\S+ range=all token=true status=200 ms=");
    assertThat(Files.readString(place.directory().resolve("work/report.html")))
        .contains("was stopped early");
    assertNoCanary();
  }

  /** A gated tokenizer and a server with a key: two secrets, and each goes to its server alone. */
  @Test
  void run_atAServerWithAKey_keyIsInItsRequestsAlone() throws Exception {
    String key = "sk-KeyCanaryKeyCanaryKeyCanary";
    place.file(
        "served.conf",
        List.of(
            Workplace.LABEL
                .replaceFirst("path = \"[^\"]*\", dtype = float32", "id = \"" + ID + "\"")
                .replace("engine.threads = 1", "engine.kind = endpoint")));
    try (FakeServer server = new FakeServer().key(key)) {
      String url = "herd.engine.url=" + server.url();
      herd(Map.of("HERD_ENDPOINT_KEY", key), "run", "served.conf", url).ends(0);

      assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(ROWS);
      assertThat(downloads("model.safetensors")).as("the server has the weights").isZero();
      assertNoCanary();
      assertNoText(key);

      Launched refused =
          herd("local[2]", Map.of("HERD_ENDPOINT_KEY", key + "2"), "run", "served.conf", url)
              .ends(2);
      assertThat(refused.err()).contains("doesn't take the key in HERD_ENDPOINT_KEY");
      assertNoText(key);
    }
  }

  /** Waits until the driver's UI has tokens that executors have told of. */
  private static void requireMetrics(Launched run) throws Exception {
    Pattern generated = Pattern.compile("_HerdPlugin_generated_tokens_Value\\{[^}]*} [1-9]");
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    String metrics = "";
    while (!generated.matcher(metrics).find()) {
      assertThat(System.nanoTime()).as(metrics).isLessThan(deadline);
      Thread.sleep(500);
      metrics = LivePages.ofRun(run.err(), "/metrics/prometheus/");
    }
  }

  @Test
  void run_staged_keepsTheTokenOnTheDriver() throws Exception {
    herd(
            Map.of(),
            "run",
            "gated.conf",
            adapter(),
            "herd.model.distribution=staged",
            "herd.model.staging=" + place.directory().resolve("staging"))
        .ends(0);

    assertThat(requests("/api/whoami-v2")).as("one for both repositories").hasSize(1);
    assertThat(downloads("model.safetensors")).isEqualTo(1);
    assertThat(downloads("adapter_model.safetensors")).isEqualTo(1);
    assertThat(
            place
                .directory()
                .resolve("staging/models--meta-llama--Llama-3.2-1B-Instruct")
                .resolve(hub.repo(ID).commit())
                .resolve("manifest.json"))
        .exists();
    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(ROWS);
    assertNoCanary();
  }

  /**
   * Each stage at which a run can fail before executors have work: the token, the model, reading,
   * the driver's download, the output.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hf_StrangerStrangerStrangerStranger | herd.model.revision=main | 2 | /settings/tokens",
        "hf_CanaryCanaryCanaryCanaryCanaryCan | herd.model.revision=nowhere | 2 | nowhere",
        "hf_CanaryCanaryCanaryCanaryCanaryCan | herd.input.path=missing.jsonl | 2 | missing.jsonl",
        "hf_CanaryCanaryCanaryCanaryCanaryCan | herd.hub.cache=/dev/null/cache | 1 | /dev/null/cache",
        "hf_CanaryCanaryCanaryCanaryCanaryCan | herd.output.path=/dev/null/out | 1 | /dev/null",
      })
  void run_failing_showsNoTokenAnywhere(String token, String override, int code, String says)
      throws Exception {
    Launched run =
        herd("local[2]", Map.of("HF_TOKEN", token), "run", "gated.conf", override).ends(code);

    assertThat(run.err()).contains(says);
    assertNoText(token);
  }

  @Test
  void run_brokenDownload_showsNoTokenAnywhere() throws Exception {
    hub.corrupt("model.safetensors");
    Launched run = herd(ONE_EXECUTOR, Map.of(), "run", "gated.conf").ends(1);

    assertThat(run.err()).contains("model.safetensors");
    assertNoCanary();
  }

  @Test
  void run_weightsThatDontLoad_showsNoTokenAnywhere() throws Exception {
    byte[] weights = Files.readAllBytes(Workplace.MODEL.resolve("model.safetensors"));
    hub.repo(ID).file("model.safetensors", Arrays.copyOf(weights, weights.length / 2));
    Launched run = herd(ONE_EXECUTOR, Map.of(), "run", "gated.conf").ends(2);

    assertThat(run.err()).contains("model.safetensors is damaged");
    assertNoCanary();
  }

  @Test
  void run_resultsThatCantBeWritten_showsNoTokenAnywhere() throws Exception {
    Launched run = herd(ONE_EXECUTOR, Map.of(), SLOW).awaitsFirstResults("work");
    Path results = place.directory().resolve("work/results");
    Files.move(results, results.resolveSibling("before"));
    Files.writeString(results, "in the way");
    run.ends(1);

    assertThat(run.err()).contains("work/results");
    assertNoCanary();
  }

  @Test
  void check_cluster_ticksEveryPart() throws Exception {
    Launched check = herd(Map.of(), "check", "gated.conf", "--cluster").ends(0);

    assertThat(check.out())
        .contains("✓ configuration", "✓ token", "✓ access", "✓ files", "✓ tokenizer", "✓ input")
        .contains("as someone", "HF_TOKEN", "of disk free");
    assertThat(downloads("model.safetensors")).as("weights stay where they are").isZero();
    assertNoCanary();
  }

  @Test
  void argument_aTokenInIt_isRefusedAndMasked() throws Exception {
    Launched run =
        herd("local[2]", Map.of(), "run", "gated.conf", "herd.prompt.system=" + CANARY).ends(2);
    assertThat(run.err()).contains("token");
    assertNoCanary();
  }

  private List<FakeRequest> requests(String path) {
    return hub.requests().stream().filter(request -> request.path().equals(path)).toList();
  }

  private long downloads(String file) {
    return hub.requests().stream()
        .filter(request -> request.method().equals("GET"))
        .filter(request -> request.path().endsWith("/" + file))
        .filter(request -> request.path().contains("/resolve/"))
        .count();
  }

  private void assertNoCanary() throws IOException {
    assertNoText(CANARY);
  }

  /** Everything that was written: logs, event logs, executors' folders, reports, caches. */
  private void assertNoText(String secret) throws IOException {
    byte[] needle = secret.getBytes(StandardCharsets.UTF_8);
    AtomicInteger seen = new AtomicInteger();
    Files.walkFileTree(
        place.directory(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              assertThat(contains(read(file), needle)).as(file.toString()).isFalse();
              seen.incrementAndGet();
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // executors tidy up for a while
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    assertThat(seen).hasValueGreaterThan(2);
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException gone) {
      return new byte[0];
    }
  }

  private static boolean contains(byte[] bytes, byte[] needle) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.contains(new String(needle, StandardCharsets.ISO_8859_1));
  }
}
