package io.herd.job.resolve;

import io.herd.job.config.Settings;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.SparkSession;

/** How executors get the files of a model on the Hub. */
final class Distribution {
  /** 300 hosts would exceed the Hub's request limit; shared storage is faster long before that. */
  private static final int MOST_HUB_HOSTS = 8;

  /** Number of hosts that may begin within one second. */
  private static final int HOSTS_PER_SECOND = 4;

  private static final int MOST_SPREAD_SECONDS = 30;

  private final SparkSession spark;
  private final Settings settings;

  Distribution(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /** Returns the distribution that {@code auto} selects. */
  Settings.Distribution chosen() {
    Settings.Distribution wanted = settings.model().distribution();
    if (wanted != Settings.Distribution.AUTO) {
      return wanted;
    }
    return hosts() > MOST_HUB_HOSTS && sharedByAll()
        ? Settings.Distribution.STAGED
        : Settings.Distribution.HUB;
  }

  /** Returns the folder that contains staged models. */
  String staging() {
    return settings.model().staging().orElse(settings.run().workDir() + "/model");
  }

  /** Returns the number of seconds over which hosts spread the start of their downloads. */
  int spreadSeconds() {
    return (int) Math.min(MOST_SPREAD_SECONDS, hosts() / HOSTS_PER_SECOND);
  }

  /** A local path may be an NFS mount; users who know that it is set {@code staged}. */
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
