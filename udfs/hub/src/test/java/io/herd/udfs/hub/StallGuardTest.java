package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class StallGuardTest {
  @Test
  void read_bytesThatCome_passThrough() throws IOException {
    byte[] bytes = "all of it".getBytes(StandardCharsets.UTF_8);
    try (InputStream guarded =
        StallGuard.over(new ByteArrayInputStream(bytes), java.time.Duration.ofSeconds(1))) {
      assertThat(guarded.readAllBytes()).isEqualTo(bytes);
    }
  }

  /** A firewall that forgot the connection looks like this. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void read_serverFallsSilent_fails(boolean skipping) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort());
      Map<String, String> variables =
          Map.of("HF_ENDPOINT", uri.toString(), "HF_HUB_DOWNLOAD_TIMEOUT", "1");
      HubHttp http =
          new HubHttp(HubEnvironment.of(variables, Path.of("/nowhere")), Optional.empty());
      var connection = java.util.concurrent.CompletableFuture.supplyAsync(() -> half(server));
      InputStream body = http.send("GET", uri.resolve("/"), Map.of(), false).body();
      try (Socket open = connection.join()) {
        assertThat(body.readNBytes(4)).hasSize(4);
        assertThat(open.isClosed()).isFalse();
        assertThatExceptionOfType(HttpTimeoutException.class)
            .isThrownBy(() -> body.skipNBytes(skipping ? 1 : body.read()))
            .withMessageContaining("no byte arrived for 1 s");
      }
    }
  }

  private static Socket half(ServerSocket server) {
    try {
      Socket socket = server.accept();
      OutputStream out = socket.getOutputStream();
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf".getBytes(StandardCharsets.UTF_8));
      out.flush();
      return socket;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
