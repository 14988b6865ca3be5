package io.herd.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.herd.job.page.Reports;
import io.herd.udfs.UserException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunTraceTest {
  private final List<String> received = new CopyOnWriteArrayList<>();
  private HttpServer collector;

  @BeforeEach
  void startCollector() throws Exception {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          String key = exchange.getRequestHeaders().getFirst("api-key");
          byte[] body = exchange.getRequestBody().readAllBytes();
          received.add(key + " " + new String(body, StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stopCollector() {
    collector.stop(0);
  }

  private Map<String, String> environment() {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://127.0.0.1:" + collector.getAddress().getPort(),
        "OTEL_EXPORTER_OTLP_HEADERS",
        "api-key=k1",
        "OTEL_EXPORTER_OTLP_COMPRESSION",
        "none",
        "HF_TOKEN",
        "hf_secret");
  }

  @Test
  void run_collectorNamed_sendsItsSteps() {
    RunTrace trace = RunTrace.begin(environment());
    assertThat(trace.step("plan", () -> 7)).isEqualTo(7);
    assertThatThrownBy(
            () ->
                trace.step(
                    "generate",
                    () -> {
                      throw new IllegalStateException("a row's text");
                    }))
        .isInstanceOf(IllegalStateException.class);

    trace.end(Reports.of("x"));

    assertThat(received).hasSize(1);
    assertThat(received.get(0))
        .startsWith("k1 ")
        .contains("herd run", "herd.outcome", "plan", "generate", "IllegalStateException")
        .doesNotContain("a row's text", "hf_secret");
  }

  @Test
  void run_noCollector_goesOnAlone() {
    RunTrace trace = RunTrace.begin(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k1"));
    assertThat(trace.step("plan", () -> 7)).isEqualTo(7);
    trace.end(Reports.of("x"));
    assertThat(received).isEmpty();
  }

  @Test
  void begin_wrongVariables_saysSo() {
    Map<String, String> wrong =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER", "pigeons");
    assertThatThrownBy(() -> RunTrace.begin(wrong))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("pigeons");
  }
}
