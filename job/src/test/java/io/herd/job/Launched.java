package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A call of the real submit/herd with the built jar, from a user's directory. */
public final class Launched {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long MINUTES = 10;

  private final Path directory;
  private final Process process;
  private final Path out;
  private final Path err;

  private Launched(Path directory, Process process, Path out, Path err) {
    this.directory = directory;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** A directory from which conf/ and data-samples/ are seen, and nothing else of the project. */
  static void makeProject(Path directory) throws IOException {
    Files.createSymbolicLink(directory.resolve("conf"), ROOT.resolve("conf"));
    Files.createSymbolicLink(directory.resolve("data-samples"), ROOT.resolve("data-samples"));
  }

  public static Launched start(Path directory, String... arguments) throws IOException {
    return start(directory, Map.of(), arguments);
  }

  public static Launched start(Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    // A shell's background jobs ignore Ctrl-C, and so would all that they start, Maven's tests too.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(ROOT.resolve("submit/herd").toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    List.of("SPARK_HOME", "HERD_JAR", "HERD_DRIVER_MEMORY").forEach(builder.environment()::remove);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return new Launched(directory, builder.start(), out, err);
  }

  /** Waits for its end and checks the exit code. */
  Launched ends(int code) throws Exception {
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended).as("ends in time:\n" + out() + err()).isTrue();
    assertThat(process.exitValue()).as("exit code:\n" + out() + err()).isEqualTo(code);
    return this;
  }

  public boolean lives() {
    return process.isAlive();
  }

  /** Waits for its end, however it ends. */
  public int awaitsEnd() throws InterruptedException {
    return process.waitFor();
  }

  /** Sends a signal as soon as a file of the result log can be seen. */
  Launched signalledAfterItsFirstResults(String signal, String workDir) throws Exception {
    return awaitsFirstResults(workDir).signalled(signal);
  }

  /** Sends a signal. */
  public Launched signalled(String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    return this;
  }

  /** Waits until a file of the result log can be seen. */
  Launched awaitsFirstResults(String workDir) throws Exception {
    return awaitsResults(workDir, 1);
  }

  /** Waits until so many files of it can be seen. */
  Launched awaitsResults(String workDir, int files) throws Exception {
    Path results = directory.resolve(workDir).resolve("results");
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (logFiles(results) < files) {
      assertThat(process.isAlive()).as("still runs:\n" + out() + err()).isTrue();
      assertThat(System.nanoTime()).as("results come in time").isLessThan(deadline);
      Thread.sleep(50);
    }
    return this;
  }

  /** Itself and all processes that it has started, those of executors too. */
  public List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  private static long logFiles(Path results) throws IOException {
    if (!Files.isDirectory(results)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(results)) {
      return files.filter(file -> file.getFileName().toString().matches("[^._].*\\.jsonl")).count();
    }
  }

  public String out() throws IOException {
    return Files.readString(out);
  }

  /** Without what Java says of the tests' own options. */
  public String err() throws IOException {
    return Files.readString(err).replaceAll("(?m)^NOTE: Picked up JDK_JAVA_OPTIONS: .*\\R", "");
  }

  JsonObject report(String workDir) throws IOException {
    return new Gson()
        .fromJson(
            Files.readString(directory.resolve(workDir).resolve("run.json")), JsonObject.class);
  }
}
