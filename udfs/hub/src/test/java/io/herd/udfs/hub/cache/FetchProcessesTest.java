package io.herd.udfs.hub.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.fake.FakeHub;
import io.herd.udfs.hub.fake.FakeRequest.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
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

  private final FakeHub hub = FakeHub.start();
  private final byte[] weights = new byte[20_000_000];
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

  private long downloads() {
    return hub.requests().stream().filter(request -> request.server() == Server.CDN).count();
  }

  @Test
  void fetch_twoProcessesAtOnce_downloadOnce() throws Exception {
    hub.throttle(10_000_000); // long enough for both to want it
    Process one = start();
    Process other = start();

    assertThat(one.waitFor()).isZero();
    assertThat(other.waitFor()).isZero();
    assertThat(downloads()).isEqualTo(1);
  }

  @Test
  void fetch_afterTheDownloaderWasKilled_isWhole() throws Exception {
    hub.throttle(5_000_000);
    Process killed = start();
    while (unfinished() == 0) {
      assertThat(killed.isAlive()).isTrue();
      Thread.sleep(20);
    }
    killed.destroyForcibly().waitFor();
    hub.throttle(0);

    Path snapshot = FetchProgram.fetch(hub.endpoint(), ID, cache);

    assertThat(Files.readAllBytes(snapshot.resolve("model.safetensors"))).isEqualTo(weights);
    assertThat(unfinished()).as("what the dead one left").isZero();
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
