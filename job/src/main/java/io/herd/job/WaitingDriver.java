package io.herd.job;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.DeployMessages.MasterStateResponse;
import org.apache.spark.deploy.DeployMessages.RequestMasterState$;
import org.apache.spark.deploy.DriverDescription;
import org.apache.spark.deploy.master.DriverInfo;
import org.apache.spark.deploy.master.WorkerInfo;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.package$;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.util.Utils;
import scala.Option;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/**
 * Explains why a driver in cluster mode hasn't started: Spark's client waits for a worker silently.
 * The launcher starts this class a minute after it has submitted to a standalone cluster, with the
 * driver's own arguments.
 */
public final class WaitingDriver {
  private static final String SUBMITTED = "SUBMITTED";
  private static final String ALIVE = "ALIVE";

  /** The resources that one side requests, or the other has free. */
  record Share(int cores, int megabytes) {
    boolean holds(Share other) {
      return cores >= other.cores && megabytes >= other.megabytes;
    }

    @Override
    public String toString() {
      return cores + (cores == 1 ? " core" : " cores") + " and " + megabytes + " MiB";
    }
  }

  /** A worker's total resources, and those that drivers and executors leave free. */
  record Worker(String address, Share all, Share free) {
    @Override
    public String toString() {
      return address + " has " + all + ", of which " + free + " are free";
    }
  }

  private WaitingDriver() {}

  public static void main(String[] args) {
    find(new SparkConf(), List.of(args)).ifPresent(System.err::println);
  }

  /** Returns the message to print if the master has such a driver and no worker has taken it. */
  static Optional<String> find(SparkConf conf, List<String> arguments) {
    String host = Utils.localHostNameForURI();
    SecurityManager security = new SecurityManager(conf, Option.empty(), authSecretFile());
    RpcEnv rpc = RpcEnv.create("herd", host, 0, conf, security, true);
    try {
      return Arrays.stream(Utils.parseStandaloneMasterUrls(conf.get("spark.master")))
          .map(url -> state(rpc, url))
          .flatMap(state -> find(state, arguments).stream())
          .findFirst();
    } finally {
      rpc.shutdown();
    }
  }

  private static ConfigEntry<Option<String>> authSecretFile() {
    return package$.MODULE$.AUTH_SECRET_FILE();
  }

  private static MasterStateResponse state(RpcEnv rpc, String url) {
    return rpc.setupEndpointRef(RpcAddress.fromSparkURL(url), "Master")
        .askSync(RequestMasterState$.MODULE$, ClassTag$.MODULE$.apply(MasterStateResponse.class));
  }

  private static Optional<String> find(MasterStateResponse state, List<String> arguments) {
    List<Worker> workers =
        Arrays.stream(state.workers())
            .filter(worker -> worker.state().toString().equals(ALIVE))
            .map(WaitingDriver::worker)
            .toList();
    return Arrays.stream(state.activeDrivers())
        .filter(driver -> driver.state().toString().equals(SUBMITTED))
        .map(DriverInfo::desc)
        .filter(driver -> submittedWith(driver, arguments))
        .map(driver -> message(new Share(driver.cores(), driver.mem()), workers))
        .findFirst();
  }

  /**
   * A driver's command ends with the class and its arguments. They are read through {@code
   * Product}, since the command's own accessor returns another type in Spark 3.5.
   */
  private static boolean submittedWith(DriverDescription driver, List<String> arguments) {
    String words = ((Seq<?>) driver.command().productElement(1)).mkString("\0");
    return words.endsWith("\0" + Main.class.getName() + "\0" + String.join("\0", arguments));
  }

  private static Worker worker(WorkerInfo worker) {
    return new Worker(
        worker.hostPort(),
        new Share(worker.cores(), worker.memory()),
        new Share(worker.coresFree(), worker.memoryFree()));
  }

  /** States what the driver asks for, what workers have, and what to change. */
  static String message(Share asked, List<Worker> workers) {
    String waits = "The driver still waits for a worker: it asks for " + asked;
    if (workers.isEmpty()) {
      return waits
          + ", and the master has no worker.\n"
          + "  What to do: start workers, sbin/start-worker.sh spark://host:7077.";
    }
    String less = "ask for less by --driver-memory and --driver-cores";
    String seen = workers.stream().map(worker -> "\n    " + worker).collect(Collectors.joining(""));
    if (workers.stream().noneMatch(worker -> worker.all().holds(asked))) {
      return waits
          + ", which no worker has."
          + seen
          + "\n  What to do: end this call, and "
          + less
          + ", or start a larger worker.";
    }
    if (workers.stream().noneMatch(worker -> worker.free().holds(asked))) {
      return waits
          + ", which other applications use."
          + seen
          + "\n  What to do: wait until one ends, or "
          + less
          + ".";
    }
    return waits
        + ", which a worker has."
        + seen
        + "\n"
        + "  What to do: see the master's log, and whether spark.driver.resource.* asks for GPUs.";
  }
}
