package io.herd.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one Spark session of this JVM, with two cores and a warehouse of its own. */
public final class SharedSpark implements ParameterResolver {
  private static final String SERVLET = "spark.metrics.conf.*.sink.prometheusServlet.";

  private record Shared(SparkSession spark) implements AutoCloseable {
    static Shared start() {
      return new Shared(
          SparkSession.builder()
              .master("local[2]")
              .config("spark.ui.enabled", System.getenv("SPARK_LOCAL_IP") != null) // not to all
              .config("spark.ui.port", "0")
              .config("spark.ui.showConsoleProgress", "false")
              .config("spark.plugins", "io.herd.udfs.metrics.HerdPlugin")
              .config(SERVLET + "class", "org.apache.spark.metrics.sink.PrometheusServlet")
              .config(SERVLET + "path", "/metrics/prometheus")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.default.parallelism", "2")
              .config("spark.sql.extensions", "io.herd.api.HerdExtensions")
              .config("spark.sql.warehouse.dir", warehouse().toString())
              .getOrCreate());
    }

    @Override
    public void close() {
      spark.stop();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedSpark.class))
        .getOrComputeIfAbsent(Shared.class, key -> Shared.start(), Shared.class)
        .spark();
  }

  private static Path warehouse() {
    try {
      return Files.createTempDirectory(Path.of("target"), "test-warehouse-").toAbsolutePath();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
