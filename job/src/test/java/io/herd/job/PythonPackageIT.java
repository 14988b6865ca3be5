package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Python package, from its wheel, in a virtual environment of its own beside each PySpark of
 * {@code HERD_TEST_PYSPARKS}: Pythons with colons between them, which have pydantic, too, and for
 * Spark 4 what a client of Spark Connect and a notebook's kernel need.
 */
@Tag("real")
class PythonPackageIT {
  private static final Path SOURCES = Path.of("../udfs/python").toAbsolutePath().normalize();

  @TempDir static Path directory;

  private static Path wheel;

  @BeforeAll
  static void buildWheel() throws Exception {
    run(SOURCES, SOURCES.resolve("build").toString());
    try (Stream<Path> built = Files.list(SOURCES.resolve("target"))) {
      wheel = built.filter(file -> file.toString().endsWith(".whl")).findAny().orElseThrow();
    }
    assertThat(Files.size(wheel)).as("what PyPI takes").isLessThan(100_000_000);
  }

  static Stream<Path> pythons() {
    String pythons = System.getenv("HERD_TEST_PYSPARKS");
    assertThat(pythons).as("the environment variable HERD_TEST_PYSPARKS").isNotBlank();
    return Stream.of(pythons.split(File.pathSeparator)).map(Path::of);
  }

  @ParameterizedTest
  @MethodSource("pythons")
  void wheel_inACleanEnvironment_passesItsTests(Path pyspark) throws Exception {
    Path python = environment(pyspark);
    List<String> command =
        new ArrayList<>(
            List.of(python.toString(), "-W", "ignore", "-m", "unittest", "-v", "tests.test_calls"));
    command.addAll(List.of("tests.test_ml", "tests.test_job", "tests.test_shown"));
    if (version(python).startsWith("4.")) { // Spark 3.5's distribution has no server
      command.addAll(List.of("tests.test_connect", "tests.test_notebook", "tests.test_readme"));
    }
    run(SOURCES, command.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("pythons")
  @Tag("deep")
  void examples_onEachSpark_run(Path pyspark) throws Exception {
    run(SOURCES, environment(pyspark).toString(), "-m", "unittest", "tests.test_readme");
  }

  /** Has that Python's packages, and the wheel. */
  private static Path environment(Path pyspark) throws Exception {
    Path folder = Files.createTempDirectory(directory, "environment");
    run(directory, pyspark.toString(), "-m", "venv", folder.toString());
    Path python = folder.resolve("bin/python");
    String paths = "import sysconfig; print(sysconfig.get_path('purelib'))";
    Path own = Path.of(run(directory, python.toString(), "-c", paths).strip());
    String others = run(directory, pyspark.toString(), "-c", paths);
    Files.writeString(
        own.resolve("pyspark.pth"), "import site; site.addsitedir('" + others.strip() + "')\n");
    run(
        directory,
        python.toString(),
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        wheel.toString());
    return python;
  }

  private static String version(Path python) throws Exception {
    return run(directory, python.toString(), "-c", "import pyspark; print(pyspark.__version__)");
  }

  private static String run(Path folder, String... command) throws Exception {
    Path log = Files.createTempFile(directory, "log", ".txt");
    // A shell's background jobs ignore Ctrl-C, and so would all that they start.
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    isolate(builder);
    Process process = builder.start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
    return Files.readString(log);
  }

  private static void isolate(ProcessBuilder builder) throws IOException {
    List.of("SPARK_HOME", "HERD_JAR", "PYTHONPATH").forEach(builder.environment()::remove);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    builder.environment().put("HERD_TEST_ROOT", Path.of("..").toRealPath().toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
  }
}
