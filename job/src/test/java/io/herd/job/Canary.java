package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicInteger;

/** A token that must be found nowhere. */
final class Canary {
  static final String TOKEN = "hf_CanaryCanaryCanaryCanaryCanaryCan";

  private Canary() {}

  /** Everything that was written: logs, event logs, executors' folders, reports, caches. */
  static void assertNotBelow(Path directory, String secret) throws IOException {
    AtomicInteger seen = new AtomicInteger();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              assertThat(read(file).contains(secret)).as(file.toString()).isFalse();
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

  private static String read(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      return "";
    }
  }
}
