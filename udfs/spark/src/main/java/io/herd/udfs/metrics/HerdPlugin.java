package io.herd.udfs.metrics;

import com.codahale.metrics.Gauge;
import io.herd.udfs.runtime.EngineMetrics;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.runtime.Periodic;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractMap.SimpleEntry;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes {@link EngineMetrics} in Spark's metric system: each executor its own, and the driver
 * their sums. Executors send them to the driver, because Prometheus can read its UI on every
 * cluster ({@code /metrics/prometheus}).
 */
public final class HerdPlugin implements SparkPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(HerdPlugin.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration EVERY_LOCALLY = Duration.ofSeconds(1);

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Executor();
  }

  private static final class Driver implements DriverPlugin {
    private final ExecutorSums sums = new ExecutorSums(System::nanoTime);

    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      return Map.of();
    }

    @Override
    public void registerMetrics(String application, PluginContext context) {
      for (String name : EngineMetrics.NAMES) {
        context.metricRegistry().register(name, (Gauge<Long>) () -> sums.sum(name));
      }
    }

    @Override
    public Object receive(Object message) {
      if (message instanceof Map.Entry<?, ?> told && told.getValue() instanceof Map<?, ?> values) {
        sums.take(told.getKey().toString(), values);
      }
      return null;
    }
  }

  private static final class Executor implements ExecutorPlugin {
    private Periodic telling;

    @Override
    public void init(PluginContext context, Map<String, String> fromDriver) {
      boolean local = context.executorID().equals("driver"); // whose names are taken
      if (!local) {
        for (String name : EngineMetrics.NAMES) {
          Gauge<Long> gauge = () -> Engines.metrics().getOrDefault(name, 0L);
          context.metricRegistry().register(name, gauge);
        }
      }
      telling = new Periodic("herd-metrics", local ? EVERY_LOCALLY : EVERY, () -> tell(context));
    }

    /** Sends only classes of Java's own, which every class loader knows. */
    private static void tell(PluginContext context) {
      try {
        context.send(new SimpleEntry<>(context.executorID(), new HashMap<>(Engines.metrics())));
      } catch (IOException | RuntimeException e) { // numbers mustn't end anything
        LOG.debug("The driver couldn't be sent the engines' metrics", e);
      }
    }

    @Override
    public void shutdown() {
      if (telling != null) {
        telling.close();
      }
    }
  }
}
