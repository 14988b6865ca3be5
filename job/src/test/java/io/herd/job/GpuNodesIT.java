package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.chaos.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes with GPUs of several kinds, most in a standalone cluster: what libtorch and the CUDA
 * runtime say of them comes from libraries without any ({@code cuda.c}), and nvidia-smi's list from
 * a script.
 */
@Tag("large")
@ExtendWith(SharedSpark.class)
class GpuNodesIT {
  private static final Path SUBMIT = Path.of("../submit").toAbsolutePath().normalize();
  private static final Path CUDA =
      Path.of("../udfs/engine/src/test/resources/io/herd/udfs/runtime/cuda")
          .toAbsolutePath()
          .normalize();
  private static final String UUID = "GPU-8f6b0000-66a4-5a04-b1d0-8b6c1ad0bd2e";
  private static final String MIG = "MIG-5c25f2b1-66a4-5a04-b1d0-8b6c1ad0bd2e";

  /**
   * The GPU of that number among eight; one by its UUID; an instance of MIG; a T4; and one that
   * libtorch can't use.
   */
  private static final List<Map<String, String>> NODES =
      List.of(
          Map.of("FAKE_INDEX", "3", "FAKE_GPUS", "8"),
          Map.of("FAKE_INDEX", "5", "FAKE_GPUS", "1", "CUDA_VISIBLE_DEVICES", UUID),
          Map.of(
              "FAKE_INDEX", "6",
              "FAKE_GPUS", "1",
              "FAKE_CAPABILITY", "80",
              "CUDA_VISIBLE_DEVICES", MIG),
          Map.of("FAKE_INDEX", "0", "FAKE_GPUS", "1", "FAKE_CAPABILITY", "75"),
          Map.of("FAKE_INDEX", "1"));

  @Test
  void check_nodesOfSeveralKinds_saysWhatEachHasAndWhatIsAmiss(
      SparkSession spark, @TempDir Path directory) throws Exception {
    Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 8));
    place.file("label.conf", List.of(Workplace.LABEL));
    place.file("bfloat16.conf", List.of(Workplace.LABEL, "herd.model.dtype = bfloat16"));
    try (Cluster cluster = cluster(directory)) {
      try {
        for (int more = cluster.workers().size(); more < NODES.size(); more++) {
          cluster.startWorker();
        }
        String said = check(cluster, directory, "label.conf").ends(0).out();
        assertThat(said)
            .contains("cuda:3 (compute capability 9.0), of 8 GPUs, ")
            .contains("sees 8 GPUs and was given 1 (3): executors aren't isolated")
            .contains("cuda:0 (compute capability 9.0), the one GPU, ")
            .contains("cuda:0 (compute capability 8.0), the one GPU, ")
            .contains("cuda:0 (compute capability 7.5), the one GPU, ")
            .contains("was given the GPU 1 and runs on the processor, as herd.model.device=auto");
        assertThat(said.lines().filter(line -> line.contains("! 127.0.0.1"))).hasSize(2);
        assertThat(check(cluster, directory, "bfloat16.conf").ends(2).err())
            .contains("bfloat16, and cuda:0 (compute capability 7.5) doesn't calculate in it");
      } catch (Throwable e) {
        e.addSuppressed(new AssertionError(cluster.lastWords()));
        throw e;
      }
    }
  }

  @Test
  void run_nodeWhoseGpuIsNotUsed_saysItBeforeAnyRowAndInTheReport(
      SparkSession spark, @TempDir Path directory) throws Exception {
    Workplace place = new Workplace(spark, directory).input(Workplace.reviews(0, 8));
    place.file("label.conf", List.of(Workplace.LABEL));
    String path = nvidiaSmi(directory) + ":" + System.getenv("PATH");
    Map<String, String> node = Map.of("PATH", path, "FAKE_INDEX", "0");
    Launched run =
        Launched.start(directory, node, "--master", "local[1]", "run", "label.conf").ends(0);
    String words = " has Fake and runs on the processor, as herd.model.device=auto allows: ";
    assertThat(
            run.out().lines().filter(line -> line.contains(words) || line.contains(" 8 of 8 rows")))
        .as("before any row")
        .first()
        .asString()
        .contains(words);
    assertThat(run.out().lines().filter(line -> line.startsWith("  device")))
        .as("in the summary")
        .singleElement()
        .asString()
        .contains(words);
    assertThat(directory.resolve("work/report.html")).content().contains(words);
  }

  private static Cluster cluster(Path directory) throws Exception {
    Path bin = nvidiaSmi(directory);
    return Cluster.start(
        Files.createDirectories(directory.resolve("cluster")),
        1,
        List.of(
            "-Dspark.worker.resource.gpu.amount=1",
            "-Dspark.worker.resource.gpu.discoveryScript=" + SUBMIT.resolve("gpu-discovery.sh")),
        worker -> environment(directory, bin, NODES.get(worker)));
  }

  /** Returns a folder for the search path. */
  private static Path nvidiaSmi(Path directory) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path smi = bin.resolve("nvidia-smi");
    Files.writeString(
        smi,
        """
        #!/bin/sh
        case $1 in *uuid*) echo $FAKE_INDEX, GPU-none, Fake;; *) echo $FAKE_INDEX;; esac
        """);
    Files.setPosixFilePermissions(smi, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }

  private static Map<String, String> environment(
      Path directory, Path bin, Map<String, String> node) {
    Map<String, String> environment = new HashMap<>(node);
    environment.put("PATH", bin + ":" + System.getenv("PATH"));
    environment.put("DJL_CACHE_DIR", directory.resolve("natives").toString());
    if (node.containsKey("FAKE_GPUS")) {
      environment.put(
          "PYTORCH_EXTRA_LIBRARY_PATH",
          CUDA.resolve("libcudart.so.12") + "," + CUDA.resolve("libtorch_cuda.so"));
    }
    return environment;
  }

  private static Launched check(Cluster cluster, Path directory, String configuration)
      throws Exception {
    String home = Cluster.givenSpark();
    return Launched.start(
        directory,
        home == null ? Map.of() : Map.of("SPARK_HOME", home),
        "--master",
        cluster.address(),
        "--conf",
        "spark.executor.cores=1",
        "--conf",
        "spark.executor.memory=512m",
        "--conf",
        "spark.executor.resource.gpu.amount=1",
        "--conf",
        "spark.task.resource.gpu.amount=1",
        "--conf",
        "spark.scheduler.minRegisteredResourcesRatio=1.0",
        "--conf",
        "spark.cores.max=" + NODES.size(),
        "check",
        "--cluster",
        configuration);
  }
}
