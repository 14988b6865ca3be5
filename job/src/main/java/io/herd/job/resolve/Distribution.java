package io.herd.job.resolve;

import io.herd.job.config.Settings;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.SparkSession;

/** How executors come by the files of a model of the Hub. */
final class Distribution {
  /**
   * 300 hosts would pass the Hub's limit of requests; shared storage is the faster one long before.
   */
  private static final int MOST_HUB_HOSTS = 8;

  /** Hosts that may begin within one second. */
  private static final int HOSTS_PER_SECOND = 4;

  private static final int MOST_SPREAD_SECONDS = 30;

  private final SparkSession spark;
  private final Settings settings;

  Distribution(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /** What {@code auto} comes to. */
  Settings.Distribution chosen() {
    Settings.Distribution wanted = settings.model().distribution();
    if (wanted != Settings.Distribution.AUTO) {
      return wanted;
    }
    return hosts() > MOST_HUB_HOSTS && sharedByAll()
        ? Settings.Distribution.STAGED
        : Settings.Distribution.HUB;
  }

  /** The folder below which staged models lie. */
  String staging() {
    return settings.model().staging().orElse(settings.run().workDir() + "/model");
  }

  /** Seconds within which the hosts begin to download. */
  int spreadSeconds() {
    return (int) Math.min(MOST_SPREAD_SECONDS, hosts() / HOSTS_PER_SECOND);
  }

  /** A local path may be an NFS mount; who knows that it is sets {@code staged}. */
  private boolean sharedByAll() {
    String scheme = new Path(staging()).toUri().getScheme();
    return scheme != null && !scheme.equals("file");
  }

  private long hosts() {
    long known =
        Arrays.stream(spark.sparkContext().statusTracker().getExecutorInfos())
            .map(SparkExecutorInfo::host)
            .distinct()
            .count();
    SparkConf conf = spark.sparkContext().getConf();
    int asked =
        Math.max(
            conf.getInt("spark.executor.instances", 0),
            conf.getBoolean("spark.dynamicAllocation.enabled", false)
                ? conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE)
                : 0);
    return Math.max(known, asked);
  }
}
