package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.herd.chaos.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A standalone cluster whose two workers say that they have a GPU each, found by
 * submit/gpu-discovery.sh through an nvidia-smi that isn't one; the engines run on processors.
 */
@Tag("large")
@ExtendWith(SharedSpark.class)
class StandaloneIT {
  private static final int ROWS = 160; // at 64 rows a task, enough for both executors
  private static final Path SUBMIT = Path.of("../submit").toAbsolutePath().normalize();
  private static final Path CONF = Path.of("../conf").toAbsolutePath().normalize();

  private static final String SLOW =
      Workplace.COMPLETE
          + """
          herd {
            generate { max-new-tokens = 64, ignore-eos = true }
            engine { slots = 2, max-length = 512 }
            run.checkpoint.rows = 4
          }
          """;

  private static final List<String> GPUS_FOR_ONE_STAGE =
      List.of(
          "dynamicAllocation.enabled=true",
          "dynamicAllocation.shuffleTracking.enabled=true",
          "dynamicAllocation.maxExecutors=1",
          "executor.resource.gpu.amount=0",
          "task.resource.gpu.amount=0",
          "herd.generate.executor.gpus=1");

  private Workplace place;

  @Test
  void herd_standalone_usesTheTasksGpusAndOutlivesAWorkerInBothDeployModes(
      SparkSession spark, @TempDir Path directory) throws Exception {
    place = new Workplace(spark, directory).input(Workplace.reviews(0, ROWS));
    place.file("slow.conf", List.of(SLOW)).file("label.conf", List.of(Workplace.LABEL));
    try (Cluster cluster = cluster(directory)) {
      try {
        usesTheTasksGpusAndOutlivesAWorker(cluster);
        runsInClusterMode(cluster);
        hasGpusForOneStageAlone(cluster);
        saysWhyADriverWaits(cluster);
      } catch (Throwable e) {
        e.addSuppressed(new AssertionError(cluster.lastWords()));
        throw e;
      }
    }
  }

  private void usesTheTasksGpusAndOutlivesAWorker(Cluster cluster) throws Exception {
    JsonObject report = clientWithAWorkerKilled(cluster);
    assertThat(report.get("engines").toString())
        .as("of the worker that lives, whose tasks had the address that it gave them")
        .contains("was given the GPU 1 and runs on the processor, as herd.model.device");
    assertThat(unpacked("pytorch")).as("libtorch, once a host, and nothing half done").hasSize(1);
    assertThat(unpacked("tokenizers")).hasSize(1);
  }

  private void runsInClusterMode(Cluster cluster) throws Exception {
    cluster.startWorker();
    assertThat(inClusterMode(cluster, "no.jsonl", 2).get("outcome").getAsString())
        .as("how the driver failed is the command's exit code")
        .isEqualTo("user_error");
    JsonObject report = inClusterMode(cluster, "in.jsonl", 0);
    assertThat(report.get("rows_ok").getAsInt()).isEqualTo(ROWS);
    assertThat(report.get("outcome").getAsString()).isEqualTo("done");
    assertThat(report.get("engines").toString()).contains("was given the GPU ");
  }

  private void hasGpusForOneStageAlone(Cluster cluster) throws Exception {
    assertThat(start(cluster, GPUS_FOR_ONE_STAGE, "check", "--cluster", "label.conf").ends(0).out())
        .as("it asks the executors that generate")
        .contains("! 127.0.0.1         was given the GPU ");
    JsonObject report = gpusForOneStage(cluster);
    assertThat(report.get("engines").toString()).contains("was given the GPU ");
    assertThat(cluster.executorLogs().values())
        .as("executors without a GPU and with one")
        .anyMatch(log -> log.contains("\"--resourceProfileId\" \"0\""))
        .anyMatch(log -> log.contains("\"--resourceProfileId\" \"1\""));
  }

  private void saysWhyADriverWaits(Cluster cluster) throws Exception {
    herd(
            cluster,
            "--deploy-mode",
            "cluster",
            "--driver-memory",
            "100g",
            "--conf",
            "spark.standalone.submit.waitAppCompletion=false",
            "run",
            "/large.conf")
        .ends(0);
    SparkConf conf = new SparkConf(false).set("spark.master", cluster.address());
    assertThat(WaitingDriver.find(conf, List.of("run", "/large.conf")))
        .hasValueSatisfying(
            words ->
                assertThat(words)
                    .contains("asks for 1 core and 102400 MiB, which no worker has.")
                    .contains("127.0.0.1:", " has 2 cores and 2048 MiB"));
    assertThat(WaitingDriver.find(conf, List.of("run", "label.conf"))).isEmpty();
  }

  private Cluster cluster(Path directory) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path smi = bin.resolve("nvidia-smi");
    Files.writeString(smi, "#!/bin/sh\necho $FAKE_GPU\n");
    Files.setPosixFilePermissions(smi, PosixFilePermissions.fromString("rwxr-xr-x"));
    String script = SUBMIT.resolve("gpu-discovery.sh").toString();
    return Cluster.start(
        Files.createDirectories(directory.resolve("cluster")),
        2, // for an executor with a GPU beside one without
        List.of(
            "-Dspark.worker.resource.gpu.amount=1",
            "-Dspark.worker.resource.gpu.discoveryScript=" + script),
        worker ->
            Map.of(
                "PATH",
                bin + ":" + System.getenv("PATH"),
                "FAKE_GPU",
                Integer.toString(worker),
                "DJL_CACHE_DIR", // workers hand their environment on
                directory.resolve("natives").toString()));
  }

  private JsonObject clientWithAWorkerKilled(Cluster cluster) throws Exception {
    Launched run = herd(cluster, "run", "slow.conf").awaitsFirstResults("work");
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (partitionsWithResults() < 2) {
      assertThat(System.nanoTime()).as("both executors have results in time").isLessThan(deadline);
      Thread.sleep(50);
    }
    ProcessHandle worker = cluster.workers().get(0);
    List<ProcessHandle> executors = worker.descendants().toList();
    worker.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
    run.ends(0);
    assertThat(run.out().lines().filter(line -> line.contains(" runs on the processor, as ")))
        .as("while it runs, and above its numbers")
        .hasSize(2)
        .anyMatch(line -> line.startsWith("  127.0.0.1 was given the GPU "))
        .anyMatch(line -> line.startsWith("  device    127.0.0.1 was given the GPU "));

    JsonObject report = run.report("work");
    assertThat(report.get("rows_ok").getAsInt()).isEqualTo(ROWS);
    assertThat(place.output().select("id").distinct().count()).isEqualTo(ROWS);
    return report;
  }

  /** The driver is in a folder of the worker's, so that paths are absolute. */
  private JsonObject inClusterMode(Cluster cluster, String input, int code) throws Exception {
    String here = place.directory().toString();
    return herd(
            cluster,
            "--deploy-mode",
            "cluster",
            "--driver-memory",
            "1g",
            "run",
            here + "/label.conf",
            "herd.input.path=" + here + "/" + input,
            "herd.output.path=" + here + "/cluster-out",
            "herd.run.work-dir=" + here + "/cluster-work")
        .ends(code)
        .report("cluster-work");
  }

  /** Reading and publishing do without. */
  private JsonObject gpusForOneStage(Cluster cluster) throws Exception {
    return start(
            cluster,
            GPUS_FOR_ONE_STAGE,
            "run",
            "label.conf",
            "herd.output.path=stage-out",
            "herd.run.work-dir=stage-work")
        .ends(0)
        .report("stage-work");
  }

  private Launched herd(Cluster cluster, String... arguments) throws Exception {
    return start(cluster, List.of("task.resource.gpu.amount=1"), arguments);
  }

  private Launched start(Cluster cluster, List<String> confs, String... arguments)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("--master", cluster.address()));
    words.addAll(List.of("--properties-file", CONF.resolve("spark-defaults.gpu.conf").toString()));
    Stream.concat(Stream.of("executor.cores=1", "executor.memory=1g"), confs.stream())
        .forEach(conf -> words.addAll(List.of("--conf", "spark." + conf)));
    words.addAll(List.of(arguments));
    String home = Cluster.givenSpark();
    Map<String, String> environment = home == null ? Map.of() : Map.of("SPARK_HOME", home);
    return Launched.start(place.directory(), environment, words.toArray(String[]::new));
  }

  private long partitionsWithResults() {
    return place.log().stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> !name.startsWith("_"))
        .map(name -> name.split("-", -1)[1])
        .distinct()
        .count();
  }

  private List<Path> unpacked(String library) throws Exception {
    try (Stream<Path> files = Files.list(place.directory().resolve("natives").resolve(library))) {
      return files.toList();
    }
  }
}
