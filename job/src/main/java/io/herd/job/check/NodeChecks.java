package io.herd.job.check;

import io.herd.job.config.Settings;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.NodeProbe;
import io.herd.udfs.partition.NodeReport;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Checks the executors for {@code herd check}: a line for each node and each kind of engine there.
 */
public final class NodeChecks {
  private static final int TASKS_PER_CORE = 2;

  private final SparkSession spark;
  private final Settings settings;
  private final Checklist list;

  public NodeChecks(SparkSession spark, Settings settings, Checklist list) {
    this.spark = spark;
    this.settings = settings;
    this.list = list;
  }

  public void run(ResolvedModel model) {
    for (NodeReport node : reports(model).values()) {
      if (node.problem() != null || !node.token()) {
        throw new UserException(
            "the node "
                + node.node()
                + " can't take part: "
                + (node.problem() == null ? "the token hasn't arrived" : node.problem()),
            "fix the node, or exclude it.");
      }
      long needed = model.weightBytes();
      if (node.device().startsWith("CPU") && node.freeMemory() < needed) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "the weights take %.1f GB, and the node %s has %.1f GB free",
                needed / 1e9,
                node.node(),
                node.freeMemory() / 1e9),
            "use nodes with more memory, a smaller model, or herd.model.dtype=bfloat16.");
      }
      list.tick(node.node(), text(node));
      node.notes().forEach(note -> list.warn(node.node(), note));
    }
  }

  private Map<String, NodeReport> reports(ResolvedModel model) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = TASKS_PER_CORE * Math.max(1, context.defaultParallelism());
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    DeviceChoice device = DeviceChoice.valueOf(settings.model().device().name());
    Map<String, NodeReport> nodes = new TreeMap<>();
    model
        .executors()
        .run(context.parallelize(numbers, tasks).map(new NodeProbe(model.files(), device)))
        .collect()
        .forEach(report -> nodes.put(report.node() + report.device() + report.notes(), report));
    return nodes;
  }

  private static String text(NodeReport node) {
    return String.format(
        Locale.ROOT,
        "%s, %s; %.1f GB of memory free; %.1f GB of disk free for %s",
        node.device(),
        node.driver(),
        node.freeMemory() / 1e9,
        node.freeDisk() / 1e9,
        node.cache());
  }
}
