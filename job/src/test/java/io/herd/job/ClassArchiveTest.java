package io.herd.job;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The archive of Spark's classes that the launcher makes behind a first command, in a project whose
 * Java only prints its arguments and writes the archive that it is asked for.
 */
class ClassArchiveTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String REAL =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @TempDir Path project;
  private Path archives;

  @BeforeEach
  void makeAProject() throws IOException {
    Path target = Files.createDirectories(project.resolve("job/target"));
    archives = target.resolve("archive");
    Files.createFile(target.resolve("herd.jar"));
    for (Path jar : List.of(jar("spark-core_2.13-"), jar("spark-launcher_2.13-"))) {
      Path copy = target.resolve("spark/jars").resolve(jar.getFileName());
      Files.createDirectories(copy.getParent());
      Files.copy(jar, copy);
    }
    Files.createDirectories(project.resolve("submit"));
    Files.copy(ROOT.resolve("submit/herd"), project.resolve("submit/herd"));
    for (String part : List.of("machine", "cluster", "help")) {
      Files.createSymbolicLink(
          project.resolve("submit").resolve(part), ROOT.resolve("submit").resolve(part));
    }
    Files.createSymbolicLink(project.resolve("data-samples"), ROOT.resolve("data-samples"));
    java("jdk", "17.0.1", "");
  }

  @Test
  void archive_firstCommandOfAProject_isMadeBehindItAndUsedByTheNext() throws Exception {
    assertThat(herd("jdk", "run", "x.conf")).doesNotContain("SharedArchiveFile");
    String archive = awaitArchive();

    assertThat(herd("jdk", "run", "x.conf")).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(herd("jdk", "check", "x.conf")).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(archives.resolve("run")).doesNotExist();
  }

  @Test
  void archive_callerThatReadsToTheEnd_doesNotWaitForIt() throws Exception {
    Path go = project.resolve("go");
    java("jdk", "17.0.1", "while [[ ! -e '" + go + "' ]]; do sleep 0.1; done");
    Process process = builder("jdk", "run", "x.conf").redirectErrorStream(true).start();
    try {
      CompletableFuture<String> read =
          CompletableFuture.supplyAsync(() -> process.inputReader().lines().collect(joining("\n")));

      assertThat(read.get(30, TimeUnit.SECONDS)).contains("x.conf");
      await(archives.resolve("run"));
    } finally {
      Files.createFile(go);
    }
    awaitArchive();
  }

  @Test
  void archive_otherJdkOrOtherJars_isNotUsed() throws Exception {
    java("other", "21.0.1", "");
    herd("jdk", "run", "x.conf");
    awaitArchive();

    assertThat(herd("other", "run", "x.conf")).doesNotContain("SharedArchiveFile");
    Path jar =
        project.resolve("job/target/spark/jars").resolve(jar("spark-core_2.13-").getFileName());
    Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
    assertThat(herd("jdk", "run", "x.conf")).doesNotContain("SharedArchiveFile");
  }

  @Test
  void archive_thatCannotBeMade_isNotTriedAgain() throws Exception {
    java("jdk", "17.0.1", "echo tried >> '" + project + "/tries'; exit 1");
    herd("jdk", "run", "x.conf");
    await(project.resolve("tries"));
    TimeUnit.SECONDS.sleep(1);
    herd("jdk", "run", "x.conf");
    TimeUnit.SECONDS.sleep(2);

    assertThat(project.resolve("tries")).hasContent("tried");
  }

  @ParameterizedTest
  @CsvSource({
    "check, true",
    "sample, true",
    "fetch, true",
    "clean, true",
    "status, true",
    "plan, false",
    "run, false"
  })
  void startFlags_verbsWithoutLoad_haveOneCompilerAndTheSmallCollector(String verb, boolean small)
      throws Exception {
    String command = herd("jdk", verb, "x.conf");

    assertThat(command.contains("-XX:Tier4BackEdgeThreshold=4000000\n-XX:+UseSerialGC\n"))
        .isEqualTo(small);
  }

  @Test
  void startFlags_collectorOfTheUsers_staysTheOnlyOne() throws Exception {
    assertThat(herd("jdk", "--driver-java-options", "-XX:+UseG1GC", "check", "x.conf"))
        .contains("-XX:+UseG1GC")
        .doesNotContain("UseSerialGC");
  }

  private String herd(String jdk, String... arguments) throws Exception {
    Path out = project.resolve("out.txt");
    Process process =
        builder(jdk, arguments).redirectOutput(out.toFile()).redirectErrorStream(true).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }

  private ProcessBuilder builder(String jdk, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(project.resolve("submit/herd").toString());
    builder.command().addAll(List.of(arguments));
    builder.directory(project.toFile());
    List.of("SPARK_HOME", "HERD_JAR", "JDK_JAVA_OPTIONS").forEach(builder.environment()::remove);
    builder.environment().put("JAVA_HOME", project.resolve(jdk).toString());
    return builder;
  }

  /** A Java of some version that runs Spark's launcher, and prints whatever else it is to start. */
  private void java(String jdk, String version, String beforeAnArchive) throws IOException {
    Path file = project.resolve(jdk).resolve("bin/java");
    Files.createDirectories(file.getParent());
    String script =
        """
        #!/usr/bin/env bash
        case $* in
          -version) echo 'openjdk version "%s"' >&2 ;;
          *launcher.Main*) exec %s "$@" ;;
          *ArchiveClassesAtExit=*)
            %s
            for word; do [[ $word != *ArchiveClassesAtExit=* ]] || echo classes >"${word#*=}"; done ;;
          *) printf '%%s\\n' "$@" ;;
        esac
        """;
    Files.writeString(file, script.formatted(version, REAL, beforeAnArchive));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path jar(String prefix) throws IOException {
    try (Stream<Path> jars = Files.list(Path.of("target/spark/jars"))) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith(prefix)).findFirst().get();
    }
  }

  private String awaitArchive() throws Exception {
    for (int i = 0; i < 200; i++) {
      if (Files.isDirectory(archives)) {
        try (Stream<Path> files = Files.list(archives)) {
          List<Path> made = files.filter(file -> file.toString().endsWith(".jsa")).toList();
          if (!made.isEmpty()) {
            await(archives.resolve("run"), false);
            return made.get(0).toRealPath().toString();
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("there is no archive in time");
  }

  private static void await(Path file) throws Exception {
    await(file, true);
  }

  private static void await(Path file, boolean there) throws Exception {
    for (int i = 0; i < 200 && Files.exists(file) != there; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(Files.exists(file)).isEqualTo(there);
  }
}
