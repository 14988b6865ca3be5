package io.herd.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** S3Proxy over a folder, in a process of its own, with one bucket. */
public final class S3Server implements AutoCloseable {
  private static final Path JAR = Path.of("target/s3proxy/s3proxy.jar");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final URI address;
  private final Path objects;
  private final String bucket;

  private S3Server(Process process, URI address, Path objects) {
    this.process = process;
    this.address = address;
    this.objects = objects;
    this.bucket = "bucket-" + address.getPort();
  }

  /** Keeps its objects as files below a folder. */
  public static S3Server start(Path directory) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + freePort());
    Path objects = Files.createDirectories(directory.resolve("objects"));
    Path conf =
        Files.write(
            directory.resolve("s3proxy.conf"),
            List.of(
                "s3proxy.authorization=none",
                "s3proxy.endpoint=" + address,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + objects));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                JAR.toString(),
                "--properties",
                conf.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("s3proxy.log").toFile())
            .start();
    S3Server server = new S3Server(process, address, objects);
    server.awaitBucket();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitBucket() throws InterruptedException {
    HttpRequest put =
        HttpRequest.newBuilder(address.resolve("/" + bucket))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        int status =
            HttpClient.newHttpClient()
                .send(put, HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status == 200) {
          return;
        }
        throw new IllegalStateException("S3Proxy makes no bucket: " + status);
      } catch (IOException e) { // not yet there
        if (System.nanoTime() > deadline || !process.isAlive()) {
          throw new UncheckedIOException("S3Proxy didn't start", e);
        }
        Thread.sleep(100);
      }
    }
  }

  /** A path in the bucket. */
  public String path(String name) {
    return "s3a://" + bucket + "/" + name;
  }

  /** Where on the disk its objects are. */
  public Path folder(String name) {
    return objects.resolve(bucket).resolve(name);
  }

  public int port() {
    return address.getPort();
  }

  /** Tells Hadoop where the bucket is, for it alone. */
  public void configure(Configuration hadoop) {
    configure(hadoop, address.getPort());
  }

  /**
   * The same, through somebody in between.
   *
   * @param port of this machine
   */
  public void configure(Configuration hadoop, int port) {
    configure(hadoop, port, bucket);
  }

  /** The same of a bucket of another name. */
  public void configure(Configuration hadoop, String other) {
    configure(hadoop, address.getPort(), other);
  }

  private static void configure(Configuration hadoop, int port, String bucket) {
    String prefix = prefix(bucket);
    hadoop.set(prefix + "endpoint", "http://127.0.0.1:" + port);
    hadoop.set(prefix + "endpoint.region", "us-east-1");
    hadoop.set(prefix + "path.style.access", "true");
    hadoop.set(prefix + "access.key", "key");
    hadoop.set(prefix + "secret.key", "of the test");
    hadoop.set(
        prefix + "aws.credentials.provider",
        "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
  }

  /** What the names of Hadoop's settings for the bucket begin with. */
  public String prefix() {
    return prefix(bucket);
  }

  private static String prefix(String bucket) {
    return "fs.s3a.bucket." + bucket + ".";
  }

  @Override
  public void close() {
    process.destroy();
  }
}
