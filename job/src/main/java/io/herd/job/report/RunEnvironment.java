package io.herd.job.report;

import io.herd.job.config.ShownText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The software and machine of a run, for repeating it. */
public final class RunEnvironment {
  private RunEnvironment() {}

  /** Returns versions and machine of the driver, by name. */
  public static Map<String, String> of(SparkSession spark) {
    String version = RunEnvironment.class.getPackage().getImplementationVersion();
    Map<String, String> out = new LinkedHashMap<>();
    out.put("herd", version == null ? "not packaged" : version);
    out.put("spark", spark.version());
    out.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
    out.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    out.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    out.put("master", ShownText.of(spark.sparkContext().master()));
    out.put("application", spark.sparkContext().applicationId());
    return out;
  }
}
