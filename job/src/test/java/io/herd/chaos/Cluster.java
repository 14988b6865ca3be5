package io.herd.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A standalone cluster on this machine: a master and two workers, from the Spark that {@code
 * HERD_TEST_SPARK_HOME} names, or else from the one that the build puts together.
 */
public final class Cluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int WORKERS = 2;

  private final Path folder;
  private final int port;
  private final List<String> workerOptions;
  private final IntFunction<Map<String, String>> workerEnvironment;
  private final int workerCores;
  private final Process master;
  private final List<Process> workers = Collections.synchronizedList(new ArrayList<>());

  private Cluster(
      Path folder,
      int workerCores,
      List<String> workerOptions,
      IntFunction<Map<String, String>> workerEnvironment)
      throws Exception {
    this.folder = folder;
    this.workerCores = workerCores;
    this.workerOptions = List.copyOf(workerOptions);
    this.workerEnvironment = workerEnvironment;
    this.port = freePort();
    // Of two workers that find it missing at once, Spark leaves one without any local folder.
    Files.createDirectories(local());
    this.master =
        start(
            List.of(),
            Map.of(),
            "master.Master",
            "--host",
            HOST,
            "--port",
            Integer.toString(port),
            "--webui-port",
            "0");
    awaitPort();
    for (int i = 0; i < WORKERS; i++) {
      startWorker();
    }
  }

  static Cluster start(Path folder) throws Exception {
    return start(folder, 1, List.of(), worker -> Map.of());
  }

  /**
   * Starts one whose workers are different.
   *
   * @param workerCores of each, and as many GiB
   * @param workerOptions of their JVMs
   * @param workerEnvironment by the number of the worker, which counts from 0
   */
  public static Cluster start(
      Path folder,
      int workerCores,
      List<String> workerOptions,
      IntFunction<Map<String, String>> workerEnvironment)
      throws Exception {
    return new Cluster(folder, workerCores, workerOptions, workerEnvironment);
  }

  /** What HERD_TEST_SPARK_HOME says, or null. */
  public static String givenSpark() {
    return System.getenv("HERD_TEST_SPARK_HOME");
  }

  private static Path sparkHome() {
    return givenSpark() == null ? Path.of("target/spark").toAbsolutePath() : Path.of(givenSpark());
  }

  public String address() {
    return "spark://" + HOST + ":" + port;
  }

  public void startWorker() throws IOException {
    workers.add(
        start(
            workerOptions,
            workerEnvironment.apply(workers.size()),
            "worker.Worker",
            "--host",
            HOST,
            "--cores",
            Integer.toString(workerCores),
            "--memory",
            workerCores + "g",
            "--webui-port",
            "0",
            "--work-dir",
            folder.resolve("executors").toString(),
            address()));
  }

  private Process start(
      List<String> options, Map<String, String> environment, String name, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(options);
    command.addAll(List.of("-Xmx256m", "-cp", sparkHome().resolve("jars") + "/*"));
    command.add("org.apache.spark.deploy." + name);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(Files.createTempFile(folder, name, ".txt").toFile());
    builder.environment().put("SPARK_HOME", sparkHome().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_DIRS", local().toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Path local() {
    return folder.resolve("local");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        if (!master.isAlive() || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  public List<ProcessHandle> workers() {
    return workers.stream().filter(Process::isAlive).map(Process::toHandle).toList();
  }

  /** Those of the workers that live; a killed worker's end by themselves. */
  Stream<ProcessHandle> belowWorkers() {
    return workers().stream().flatMap(ProcessHandle::descendants);
  }

  /** What executors have logged, from the command that started them on. */
  public Map<Path, String> executorLogs() throws IOException {
    return logs(file -> file.endsWith("stderr") || file.endsWith("stdout"));
  }

  private Map<Path, String> logs(Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.find(folder, 4, (file, is) -> wanted.test(file))) {
      Map<Path, String> logs = new TreeMap<>();
      for (Path file : files.toList()) {
        logs.put(file, Files.readString(file));
      }
      return logs;
    }
  }

  /** For whoever looks for why a test failed: the ends of all logs, master's and workers' too. */
  public String lastWords() throws IOException {
    Map<Path, String> logs = logs(file -> file.getFileName().toString().endsWith(".txt"));
    logs.putAll(executorLogs());
    StringBuilder words = new StringBuilder();
    logs.forEach(
        (file, log) ->
            words
                .append(file)
                .append(":\n")
                .append(log.substring(Math.max(0, log.length() - 4000)))
                .append('\n'));
    return words.toString();
  }

  @Override
  public void close() {
    Stream.concat(workers.stream(), Stream.of(master))
        .forEach(
            process -> {
              process.descendants().forEach(ProcessHandle::destroyForcibly);
              process.destroyForcibly();
            });
  }
}
