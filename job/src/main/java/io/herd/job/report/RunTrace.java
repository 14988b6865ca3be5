package io.herd.job.report;

import io.herd.udfs.UserException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A run and its steps as OpenTelemetry spans, for the collector in the environment ({@code
 * OTEL_EXPORTER_OTLP_ENDPOINT} and related variables); without one they are dropped. A collector
 * that is out of reach doesn't stop a run.
 */
public final class RunTrace {
  private static final Set<String> COLLECTORS =
      Set.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "herd",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private final OpenTelemetry telemetry;
  private final Tracer tracer;
  private final Span run;

  private RunTrace(OpenTelemetry telemetry) {
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("io.herd");
    this.run = tracer.spanBuilder("herd run").startSpan();
  }

  /**
   * Begins the trace of a run.
   *
   * @throws UserException when OpenTelemetry's variables are wrong
   */
  public static RunTrace begin() {
    return begin(System.getenv());
  }

  static RunTrace begin(Map<String, String> environment) {
    if (environment.keySet().stream().noneMatch(COLLECTORS::contains)) {
      return new RunTrace(OpenTelemetry.noop());
    }
    try {
      return new RunTrace(
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesSupplier(() -> DEFAULTS)
              .addPropertiesCustomizer(config -> properties(environment))
              .disableShutdownHook()
              .build()
              .getOpenTelemetrySdk());
    } catch (ConfigurationException e) {
      throw new UserException(
          "OpenTelemetry can't be set up as its variables say: " + e.getMessage(),
          "correct the variables whose names begin with OTEL_, or unset them.",
          e);
    }
  }

  private static Map<String, String> properties(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> variable.getKey().startsWith("OTEL_"))
        .collect(
            Collectors.toMap(
                variable -> variable.getKey().toLowerCase(Locale.ROOT).replace('_', '.'),
                Map.Entry::getValue));
  }

  /** Runs a step of the run as a span. */
  <T> T step(String name, Supplier<T> body) {
    Span span = tracer.spanBuilder(name).setParent(Context.root().with(run)).startSpan();
    try {
      return body.get();
    } catch (Throwable e) {
      span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName()); // messages may have texts
      throw e;
    } finally {
      span.end();
    }
  }

  /** Ends the trace, and waits a few seconds at most until the collector has it. */
  void end(RunReport report) {
    run.setAttribute("herd.outcome", report.outcome());
    run.setAttribute("herd.rows_out", report.rowsOut());
    run.setAttribute("herd.rows_failed", report.rowsFailed());
    run.setAttribute("herd.rows_generated", report.rowsGenerated());
    run.end();
    if (telemetry instanceof OpenTelemetrySdk sdk) {
      sdk.close();
    }
  }
}
