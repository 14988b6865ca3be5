package io.herd.udfs.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.job.S3Server;
import io.herd.udfs.storage.ConditionalWrites.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Objects that are created only once, on a server that knows {@code If-None-Match} and {@code
 * If-Match}.
 */
class S3ObjectsTest {
  private static final int ROUNDS = 20;
  private static final int WRITERS = 4;

  private static S3Server server;
  private static FileSystem files;

  @BeforeAll
  static void start(@TempDir java.nio.file.Path directory) throws Exception {
    server = S3Server.start(directory);
    Configuration hadoop = new Configuration();
    server.configure(hadoop);
    files = new Path(server.path("")).getFileSystem(hadoop);
  }

  @AfterAll
  static void stop() throws IOException {
    files.close();
    server.close();
  }

  private static String read(Path path) throws IOException {
    try (var in = files.open(path)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void write_anothersIsThere_staysAnothers() throws Exception {
    Path path = new Path(server.path("twice/claim.json"));
    S3Objects objects = new S3Objects(files);
    assertThat(objects.write(path, Optional.empty(), "first".getBytes(UTF_8)))
        .isEqualTo(Outcome.WRITTEN);
    assertThat(objects.write(path, Optional.empty(), "second, longer".getBytes(UTF_8)))
        .isEqualTo(Outcome.REFUSED);
    assertThat(read(path)).isEqualTo("first");
  }

  @Test
  void replace_anotherHasWrittenSince_isRefused() throws Exception {
    Path path = new Path(server.path("replaced/manifest.json"));
    SeenFile none = SeenFile.read(files, path);
    assertThat(none.replace("first".getBytes(UTF_8))).isTrue();
    assertThat(none.replace("second".getBytes(UTF_8))).as("there was none").isFalse();

    SeenFile first = SeenFile.read(files, path);
    assertThat(first.content())
        .hasValueSatisfying(all -> assertThat(all).asString().isEqualTo("first"));
    assertThat(SeenFile.read(files, path).replace("third".getBytes(UTF_8))).isTrue();
    assertThat(first.replace("fourth".getBytes(UTF_8))).as("the third is there").isFalse();
    assertThat(read(path)).isEqualTo("third");

    SeenFile third = SeenFile.read(files, path);
    files.delete(path, false);
    assertThat(third.replace("fifth".getBytes(UTF_8))).as("there is none").isFalse();
  }

  @Test
  void writeIfAbsent_manyAtOnce_allReadOnesContent() throws Exception {
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        Path path = new Path(server.path("race/" + round + ".json"));
        List<Callable<String>> all = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          byte[] content = ("writer " + writer).getBytes(UTF_8);
          all.add(
              () -> {
                WholeFile.writeIfAbsent(files, path, content);
                return read(path);
              });
        }
        Set<String> found = new HashSet<>();
        for (Future<String> each : writers.invokeAll(all)) {
          found.add(each.get());
        }
        assertThat(found).as("round %d", round).hasSize(1);
      }
    } finally {
      writers.shutdownNow();
    }
  }
}
