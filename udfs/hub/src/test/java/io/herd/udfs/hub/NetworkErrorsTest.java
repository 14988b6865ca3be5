package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.HerdException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkErrorsTest {
  private static final URI HUB = URI.create("https://huggingface.co/x");

  static Stream<Arguments> failures() {
    return Stream.of(
        row(new UnknownHostException("x"), SystemException.class, "huggingface.co can't be resolv"),
        row(connect(new UnresolvedAddressException()), SystemException.class, "can't be resolved"),
        row(new ConnectException(), SystemException.class, "no connection to huggingface.co"),
        row(new HttpConnectTimeoutException("x"), SystemException.class, "didn't answer in time"),
        row(new HttpTimeoutException("x"), SystemException.class, "didn't answer in time"),
        row(new IOException("cut"), SystemException.class, "broke: cut"),
        row(new SSLHandshakeException("PKIX"), UserException.class, "keytool -importcert"),
        row(
            new IOException("Tunnel failed, got: 403"),
            UserException.class,
            "proxy in use refuse"));
  }

  private static Arguments row(IOException failure, Class<?> kind, String says) {
    return Arguments.of(failure, kind, says);
  }

  private static ConnectException connect(Throwable cause) {
    ConnectException failure = new ConnectException();
    failure.initCause(cause);
    return failure;
  }

  private static HerdException explain(IOException failure, Map<String, String> variables) {
    return NetworkErrors.of(
        failure, HUB, HubEnvironment.of(variables, Path.of("/home/ann")).proxies());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void of_failure_saysWhatAndWhatToDo(IOException failure, Class<?> kind, String says) {
    assertThat(explain(failure, Map.of()))
        .isExactlyInstanceOf(kind)
        .hasMessageContaining(says)
        .hasMessageContaining("What to do: ");
  }

  @Test
  void of_throughAProxy_namesItWithoutItsPassword() {
    HerdException told =
        explain(new ConnectException(), Map.of("HTTPS_PROXY", "http://me:s3cret@proxy.corp:3128"));
    assertThat(told)
        .hasMessageContaining("through the proxy proxy.corp:3128")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void of_systemFault_tellsOfTheCache() {
    assertThat(explain(new UnknownHostException("x"), Map.of()))
        .hasMessageContaining("HF_HUB_OFFLINE=1");
  }
}
