package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What concerns the driver reaches it with a given Spark and with the build's own, in client mode
 * (where it belongs to the JVM that submits) and in cluster mode (where it doesn't).
 */
class DriverOptionsTest {
  private static final Path SPARK = Path.of("target/spark").toAbsolutePath();
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin/java");
  private static final String MAIN = "org.apache.spark.deploy.SparkSubmit";

  /** What stands before SparkSubmit in the command that starts it, and what behind. */
  private record Command(String jvm, String spark) {}

  @TempDir Path directory;
  private Path given;
  private Path java;

  @BeforeEach
  void makeASparkAndAJavaThatPrint() throws IOException {
    Files.createFile(directory.resolve("herd.jar"));
    String print = "printf '%s\\n' \"libraries=${LD_LIBRARY_PATH:-}\" \"$@\"";
    java = directory.resolve("java");
    executable(
        java.resolve("bin/java"),
        "case $* in -version | *launcher.Main*) exec "
            + JAVA
            + " \"$@\";; *) "
            + print
            + ";; esac");
    given = directory.resolve("given");
    String launcher =
        "\"%s\" -cp \"%s/jars/*\" org.apache.spark.launcher.Main %s \"$@\""
            .formatted(JAVA, SPARK, MAIN);
    executable( // as bin/spark-class is written
        given.resolve("bin/spark-submit"),
        "export SPARK_SCALA_VERSION=2.13 SPARK_HOME='%s'\n".formatted(SPARK)
            + "{ read -r -d '' word; words=()\n"
            + "while read -r -d '' word; do words+=(\"${word#$'\\n'}\"); done; } < <("
            + launcher
            + ")\nexec \"${words[@]}\"");
  }

  @ParameterizedTest
  @CsvSource({
    "--driver-memory, 3g, -Xmx3g",
    "--conf, spark.driver.memory=3g, -Xmx3g",
    "--driver-java-options, '-Dx=\"b c\" -Dd=e', -Dx=b c",
    "--conf, spark.driver.extraJavaOptions=-Dx=b, -Dx=b",
    "--conf, spark.driver.defaultJavaOptions=-Dx=b, -Dx=b",
    "--driver-class-path, /x.jar, /x.jar",
    "--conf, spark.driver.extraClassPath=/x.jar, /x.jar",
    "--driver-library-path, /x, libraries=/x",
    "--conf, spark.driver.extraLibraryPath=/x, libraries=/x",
  })
  void driverOption_eitherSpark_isTheJvmsInClientModeAndSparksInBoth(
      String option, String value, String effect) throws Exception {
    for (Command client : both(Map.of(), option, value)) {
      assertThat(client.jvm()).contains(effect);
      assertThat(client.spark()).contains(value);
    }
    for (Command cluster :
        both(Map.of(), "--master", "spark://h:7077", "--deploy-mode", "cluster", option, value)) {
      assertThat(cluster.jvm()).doesNotContain(effect);
      assertThat(cluster.spark()).contains(value);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spark.driver.memory 3g, -Xmx3g",
    "spark.driver.extraJavaOptions=-Dx=b, -Dx=b",
    "spark.driver.extraClassPath  /x.jar, /x.jar",
    "spark.driver.extraLibraryPath: /x, libraries=/x",
  })
  void driverProperty_inAFile_isTheJvmsInClientModeAlone(String line, String effect)
      throws Exception {
    String client = file("client.conf", line);
    String cluster =
        file(
            "cluster.conf",
            line,
            "spark.master spark://h:7077",
            " spark.submit.deployMode = cluster ");

    for (Command each : both(Map.of(), "--properties-file", client)) {
      assertThat(each.jvm()).contains(effect);
      assertThat(each.spark()).contains(client);
    }
    for (Command each : both(Map.of(), "--properties-file", cluster)) {
      assertThat(each.jvm()).doesNotContain(effect);
      assertThat(each.spark()).contains(cluster);
    }
  }

  @Test
  void driverMemory_ofTheEnvironment_countsBeforeFilesAndAfterOptions() throws Exception {
    Map<String, String> memory = Map.of("HERD_DRIVER_MEMORY", "3g");
    String file = file("my.conf", "spark.driver.memory 4g");

    for (Command each : both(memory, "--properties-file", file)) {
      assertThat(each.jvm()).contains("-Xmx3g");
    }
    for (Command each : both(memory, "--conf", "spark.driver.memory=5g")) {
      assertThat(each.jvm()).contains("-Xmx5g");
    }
    for (Command each : both(memory, "--master", "spark://h:7077", "--deploy-mode", "cluster")) {
      assertThat(each.spark()).contains("spark.driver.memory=3g");
    }
  }

  @Test
  void herdsOwnDefaults_fileOfSparks_giveWay() throws Exception {
    String file = file("my.conf", "spark.master local[3]", "spark.driver.memory 4g");

    assertThat(own(Map.of()).jvm()).contains("-Xmx2g");
    assertThat(own(Map.of("SPARK_DRIVER_MEMORY", "6g")).jvm()).contains("-Xmx6g");
    assertThat(own(Map.of(), "--properties-file", file).spark()).doesNotContain("--master");
  }

  @Test
  void loggingOfHerd_driversOptions_standBesideEachOther() throws Exception {
    for (Command each : both(Map.of(), "--conf", "spark.driver.extraJavaOptions=-Dx=b")) {
      assertThat(each.jvm())
          .containsSubsequence(
              "/conf/log4j2.properties",
              "-Dherd.log.spark=info",
              "-Dherd.log.traces=full",
              "-Dx=b");
    }
  }

  @Test
  void sparksUsage_optionThatSparkRefuses_isSaidByEitherSpark() throws Exception {
    for (Command each : both(Map.of(), "--driver-java-options", "-Xmx3g")) {
      assertThat(each.spark()).contains("--usage-error");
    }
  }

  /** With the given Spark, and with the build's own. */
  private List<Command> both(Map<String, String> environment, String... options) throws Exception {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("SPARK_HOME", given.toString());
    return List.of(own(all, options), own(environment, options));
  }

  private Command own(Map<String, String> environment, String... options) throws Exception {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("HERD_JAR", directory.resolve("herd.jar").toString());
    all.put("JAVA_HOME", java.toString());
    List<String> words = new ArrayList<>(List.of("--verbose"));
    words.addAll(List.of(options));
    words.addAll(List.of("run", "/my.conf"));
    String out = Launched.start(directory, all, words.toArray(String[]::new)).ends(0).out();
    int main = out.indexOf(MAIN);
    return new Command(out.substring(0, main), out.substring(main));
  }

  private String file(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), List.of(lines)).toString();
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
