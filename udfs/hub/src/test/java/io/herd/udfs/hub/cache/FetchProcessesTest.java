package io.herd.udfs.hub.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes of one host on one cache. */
@Timeout(120)
class FetchProcessesTest {
  private static final RepoId ID = RepoId.of("open/model");

  private static final int BYTES = 20_000_000;
  private static final int PIECES = (BYTES + FetchProgram.PIECE - 1) / FetchProgram.PIECE;

  private final FakeHub hub = FakeHub.start();
  private final byte[] weights = new byte[BYTES];
  @TempDir private Path cache;

  @BeforeEach
  void fill() {
    new Random(1).nextBytes(weights);
    hub.repo(ID.text())
        .file("config.json", "{\"model_type\": \"llama\"}")
        .file("tokenizer.json", "{}")
        .file("model.safetensors", weights);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            FetchProgram.class.getName(),
            hub.endpoint().toString(),
            ID.text(),
            cache.toString())
        .redirectErrorStream(true)
        .redirectOutput(cache.resolve("process.log").toFile())
        .start();
  }

  /** The pieces of the weights that were asked for. */
  private List<String> ranges() {
    return hub.requests().stream()
        .filter(request -> request.server() == Server.CDN)
        .map(request -> request.header("Range").orElse("all"))
        .toList();
  }

  @Test
  void fetch_twoProcessesAtOnce_downloadOnce() throws Exception {
    hub.throttle(10_000_000); // long enough for both to want it
    Process one = start();
    Process other = start();

    assertThat(one.waitFor()).isZero();
    assertThat(other.waitFor()).isZero();
    assertThat(ranges()).hasSize(PIECES).doesNotHaveDuplicates();
  }

  @Test
  void fetch_afterTheDownloaderWasKilled_goesOnWithWhatArrived() throws Exception {
    hub.throttle(5_000_000);
    Process killed = start();
    while (arrived() < 2) {
      assertThat(killed.isAlive()).isTrue();
      Thread.sleep(20);
    }
    killed.destroyForcibly().waitFor();
    long arrived = arrived();
    hub.throttle(0).forget();

    Path snapshot = FetchProgram.fetch(hub.endpoint(), ID, cache);

    assertThat(Files.readAllBytes(snapshot.resolve("model.safetensors"))).isEqualTo(weights);
    assertThat(unfinished()).as("what the dead one left").isZero();
    assertThat(Set.copyOf(ranges())) // a request of the dead one may reach the Hub late
        .hasSize((int) (PIECES - arrived));
  }

  @Test
  void fetch_whatAKilledOneLeftIsWrong_bringsAllOfIt() throws Exception {
    hub.throttle(5_000_000);
    Process killed = start();
    while (arrived() < 2) {
      Thread.sleep(20);
    }
    killed.destroyForcibly().waitFor();
    try (Stream<Path> files = Files.list(cache.resolve("models--open--model/blobs"))) {
      Path left =
          files.filter(file -> file.toString().endsWith(".incomplete")).findFirst().orElseThrow();
      Files.write(left, new byte[weights.length]);
    }
    hub.throttle(0);

    Path snapshot = FetchProgram.fetch(hub.endpoint(), ID, cache);

    assertThat(Files.readAllBytes(snapshot.resolve("model.safetensors"))).isEqualTo(weights);
    assertThat(unfinished()).isZero();
  }

  /** Pieces of the weights that are noted to be there. */
  private long arrived() throws IOException {
    Path lock = new RepoFolder(cache, ID.text()).lock();
    return Files.exists(lock)
        ? Files.readAllLines(lock).stream().filter(FetchProcessesTest::isOfAPiece).count()
        : 0;
  }

  private static boolean isOfAPiece(String note) {
    String[] words = note.split(" ", -1);
    return words.length == 3
        && Long.parseLong(words[2]) - Long.parseLong(words[1]) == FetchProgram.PIECE;
  }

  private long unfinished() throws IOException {
    Path blobs = cache.resolve("models--open--model/blobs");
    if (!Files.isDirectory(blobs)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(blobs)) {
      return files.filter(file -> file.toString().endsWith(".incomplete")).count();
    }
  }
}
