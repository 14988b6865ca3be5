package io.herd.chaos;

import io.herd.job.Launched;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * submit/herd whose drivers and executors have a schedule's faults.
 *
 * @param jar the file system and the listener
 */
record StruckHerd(Path jar) {
  private static final String HALT = "-D" + FaultyFileSystem.HALT + "=true";

  static StruckHerd with(Path directory) throws IOException {
    return new StruckHerd(jar(directory.resolve("chaos.jar")));
  }

  /** The address of a schedule's place. */
  static String base(String name, Path place) {
    return FaultyFileSystem.SCHEME + "://" + name + place;
  }

  /**
   * Starts a run in a place that is prepared.
   *
   * @param conf of Spark, beside what faults need
   * @param driverOptions of the driver's JVM
   */
  Launched start(
      Path place,
      Schedule schedule,
      String master,
      Map<String, String> conf,
      String... driverOptions)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("--master", master, "--jars", jar.toString()));
    List<String> options = new ArrayList<>(List.of(HALT));
    options.addAll(List.of(driverOptions));
    words.addAll(List.of("--driver-java-options", String.join(" ", options)));
    Map<String, String> all = new HashMap<>(conf);
    all.putAll(faults(place, schedule));
    all.forEach((key, value) -> words.addAll(List.of("--conf", key + "=" + value)));
    words.addAll(List.of("run", "run.conf"));
    String home = Cluster.givenSpark();
    Map<String, String> environment = home == null ? Map.of() : Map.of("SPARK_HOME", home);
    return Launched.start(place, environment, words.toArray(String[]::new));
  }

  private static Map<String, String> faults(Path place, Schedule schedule) throws IOException {
    return Map.of(
        "spark.executor.extraJavaOptions",
        HALT,
        "spark.extraListeners",
        Generations.class.getName(),
        Generations.FOLDER,
        ChaosRun.generations(place).toString(),
        "spark.hadoop.fs.chaos.impl",
        FaultyFileSystem.class.getName(),
        "spark.hadoop." + FaultyFileSystem.FAULTS,
        Fault.text(schedule.faults()),
        "spark.hadoop." + FaultyFileSystem.FIRED,
        ChaosRun.fired(place).folder().toString());
  }

  private static Path jar(Path file) throws IOException {
    Path root = Path.of("target/test-classes");
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> classes = Files.list(root.resolve("io/herd/chaos"))) {
      for (Path each : classes.toList()) {
        entries.putNextEntry(new JarEntry(root.relativize(each).toString()));
        Files.copy(each, entries);
      }
    }
    return file;
  }
}
