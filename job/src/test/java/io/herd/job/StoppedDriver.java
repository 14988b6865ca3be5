package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** What tests need whose drivers stall. */
final class StoppedDriver {
  /** So that a lease is lost in 5 s. */
  static final String LEASE = "-Dherd.lease.seconds=2";

  private static final long MINUTES = 3;

  private StoppedDriver() {}

  /** Waits until a driver, which goes on until then, stalls. */
  static void await(Launched driver, BooleanSupplier stopped) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (!stopped.getAsBoolean()) {
      assertThat(driver.processes().get(0).isAlive()).as(driver.out() + driver.err()).isTrue();
      assertThat(System.nanoTime()).as("comes to its commit in time").isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  /** The file system {@link StoppingFiles}, for drivers. */
  static Path jar(Path directory) throws IOException {
    Path root = Path.of("target/test-classes");
    Path file = directory.resolve("stopping.jar");
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (Class<?> each : List.of(CopyingFiles.class, StoppingFiles.class)) {
        String name = each.getName().replace('.', '/') + ".class";
        entries.putNextEntry(new JarEntry(name));
        Files.copy(root.resolve(name), entries);
      }
    }
    return file;
  }

  /** Arguments that make a driver stop itself before it renames something to a path like that. */
  static List<String> at(String path, Path once) {
    return List.of(
        "--conf",
        "spark.hadoop.fs.stopping.impl=" + StoppingFiles.class.getName(),
        "--conf",
        "spark.hadoop." + StoppingFiles.AT + "=" + path,
        "--conf",
        "spark.hadoop." + StoppingFiles.ONCE + "=" + once);
  }
}
