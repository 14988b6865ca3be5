package io.herd.udfs.hub.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeHubTest {
  private static final String TOKEN = "hf_" + "a".repeat(34);

  private final FakeHub hub = FakeHub.start();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    hub.close();
  }

  private HttpResponse<String> get(String target, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(hub.endpoint().resolve(target));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void resolve_largeFile_isOnTheOtherHostWhichRefusesTheToken() throws Exception {
    hub.repo("org/m").file("model.safetensors", "weights").gated();
    hub.account(TOKEN).accept("org/m");
    HttpResponse<String> answer =
        get("/org/m/resolve/main/model.safetensors", "Authorization", "Bearer " + TOKEN);
    assertThat(answer.statusCode()).isEqualTo(302);
    String address = answer.headers().firstValue("Location").orElseThrow();
    assertThat(address).startsWith(hub.cdn().toString());
    URI signed = URI.create(address);
    assertThat(get(signed.toString()).body()).isEqualTo("weights");
    assertThat(get(signed.toString(), "Authorization", "Bearer " + TOKEN).statusCode())
        .isEqualTo(400);
  }
}
