package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubEnvironmentTest {
  private static HubEnvironment of(String... variables) {
    Map<String, String> map = new java.util.HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      map.put(variables[i], variables[i + 1]);
    }
    return HubEnvironment.of(map, Path.of("/home/ann"));
  }

  @Test
  void of_nothing_isThePublicHubAndTheUsualFolders() {
    HubEnvironment env = of();
    assertThat(env.endpoint()).hasToString("https://huggingface.co");
    assertThat(env.cache()).isEqualTo(Path.of("/home/ann/.cache/huggingface/hub"));
    assertThat(env.tokenFile()).isEqualTo(Path.of("/home/ann/.cache/huggingface/token"));
    assertThat(env.offline()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "HF_HOME, /x, /x/hub",
    "HF_HOME, ~/x, /home/ann/x/hub",
    "XDG_CACHE_HOME, /x, /x/huggingface/hub",
    "HF_HUB_CACHE, /x, /x",
    "HUGGINGFACE_HUB_CACHE, /x, /x"
  })
  void of_folders_areThoseOfTheHubsOwnClients(String name, String value, Path cache) {
    assertThat(of(name, value).cache()).isEqualTo(cache);
  }

  @Test
  void of_variableInAPath_isExpanded() {
    assertThat(of("HF_HOME", "$BASE/${WHO}/hf", "BASE", "/b", "WHO", "me").tokenFile())
        .isEqualTo(Path.of("/b/me/hf/token"));
  }

  @ParameterizedTest
  @CsvSource({
    "1,,true",
    "yes,,true",
    "TRUE,,true",
    "on,0,true",
    "0,1,false",
    "'',1,true",
    ",,false"
  })
  void of_offline_theFirstSetVariableDecides(String hub, String transformers, boolean offline) {
    assertThat(
            of(
                    "HF_HUB_OFFLINE",
                    hub == null ? "" : hub,
                    "TRANSFORMERS_OFFLINE",
                    transformers == null ? "" : transformers)
                .offline())
        .isEqualTo(offline);
  }

  @ParameterizedTest
  @CsvSource({"https://hub.corp/, https://hub.corp", "http://h:8/p//, http://h:8/p"})
  void of_endpoint_losesItsSlashes(String text, URI endpoint) {
    assertThat(of("HF_ENDPOINT", text).endpoint()).isEqualTo(endpoint);
    assertThat(of().withEndpoint(URI.create(text)).endpoint()).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hub.corp", "ftp://hub", "https://", "https://me:s3cret@hub", "http://a b"})
  void of_endpointThatIsNone_isRefusedUnseen(String text) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> of("HF_ENDPOINT", text))
        .withMessageContaining("HF_ENDPOINT")
        .withMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPS_PROXY, http://p:3128, https://huggingface.co, p:3128",
    "https_proxy, p:3128, https://huggingface.co, p:3128",
    "ALL_PROXY, http://p, https://huggingface.co, p:80",
    "HTTP_PROXY, http://p:1, https://huggingface.co, ",
    "HTTPS_PROXY, http://p:1, https://hub.inside, ",
    "HTTPS_PROXY, http://p:1, https://a.below.corp, ",
    "HTTPS_PROXY, http://p:1, https://127.0.0.1, ",
  })
  void proxies_ofTheEnvironment_leadWhereTheyShould(
      String name, String value, URI uri, String proxy) {
    HubProxies proxies = of(name, value, "NO_PROXY", "hub.inside, .below.corp").proxies();
    assertThat(proxies.named(uri)).isEqualTo(java.util.Optional.ofNullable(proxy));
    assertThat(proxies.authorization(uri)).isEmpty();
  }

  @Test
  void proxies_withAPassword_showItToTheProxyOnly() {
    HubProxies proxies = of("HTTPS_PROXY", "http://me:s3cret@p:1").proxies();
    URI hub = URI.create("https://huggingface.co");
    assertThat(proxies.authorization(hub)).contains("Basic bWU6czNjcmV0");
    assertThat(proxies.authorization(URI.create("http://huggingface.co"))).isEmpty();
    assertThat(proxies.named(hub)).contains("p:1");
  }

  @Test
  void proxies_ofAnotherKind_areRefusedUnseen() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> of("HTTPS_PROXY", "socks5://me:s3cret@p:1"))
        .withMessageContaining("HTTPS_PROXY")
        .withMessageNotContaining("s3cret");
  }
}
