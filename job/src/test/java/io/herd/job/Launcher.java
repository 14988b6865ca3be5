package io.herd.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Calls of submit/herd itself, with a Spark that only says what it was given.
 *
 * @param temporary for all of a test
 */
record Launcher(Path temporary) {
  static final Path SCRIPT = Path.of("../submit/herd").toAbsolutePath().normalize();

  /** The value of variables that a call doesn't have. */
  static final String UNSET = "unset by the test";

  /** How a call ended. */
  record Outcome(int code, List<String> out, String err) {}

  /** With that Spark and a jar. */
  static Launcher in(Path temporary) throws IOException {
    Launcher launcher = new Launcher(temporary);
    Files.createDirectories(launcher.caller());
    Files.createFile(launcher.jar());
    executable(
        launcher.spark().resolve("bin/spark-submit"),
        "pwd; printf '%s\\n' \"$@\" \"${SPARK_SUBMIT_OPTS:-}\"; exit ${SPARK_EXIT:-0}");
    return launcher;
  }

  Path caller() {
    return temporary.resolve("the caller's directory");
  }

  Path spark() {
    return temporary.resolve("a spark");
  }

  Path jar() {
    return temporary.resolve("my herd.jar");
  }

  /** A path where these programs come first. */
  Map<String, String> with(String program, String script) throws IOException {
    executable(temporary.resolve("bin").resolve(program), script);
    return Map.of("PATH", temporary.resolve("bin") + ":" + System.getenv("PATH"));
  }

  Outcome herd(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(List.of(arguments));
    return start(environment, command.toArray(String[]::new));
  }

  Outcome start(Map<String, String> environment, String... command) throws Exception {
    Path out = Files.createTempFile(temporary, "out", "");
    Path err = Files.createTempFile(temporary, "err", "");
    ProcessBuilder builder = new ProcessBuilder(command).directory(caller().toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("SPARK_HOME", spark().toString());
    builder.environment().put("HERD_JAR", jar().toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("HERD_DRIVER_MEMORY");
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(UNSET::equals);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends within a minute").isTrue();
    return new Outcome(process.exitValue(), Files.readAllLines(out), Files.readString(err, UTF_8));
  }

  static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
