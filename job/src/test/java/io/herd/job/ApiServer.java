package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kubernetes' own API server with etcd, on this machine's loopback address, with RBAC. {@code
 * HERD_TEST_KUBERNETES} names the program, which {@code .ci/kubernetes} builds.
 *
 * @param folder of its state, its key and its log
 */
record ApiServer(Path folder, Process process, int port) implements AutoCloseable {
  static final String ADMINISTRATOR = "token-of-an-administrator";

  /** A user that the server knows and who may do nothing. */
  static final String NOBODY = "token-of-nobody";

  /** In the Secret that submit/kubernetes/README.md makes, and nowhere else. */
  static final String HUB_TOKEN = "hf_ofTheSecret";

  static ApiServer start(Path folder) throws Exception {
    String program = System.getenv("HERD_TEST_KUBERNETES");
    assertThat(program).as("the environment variable HERD_TEST_KUBERNETES").isNotBlank();
    Files.writeString(
        folder.resolve("tokens.csv"),
        ADMINISTRATOR + ",admin,1,system:masters\n" + NOBODY + ",nobody,2\n");
    Files.writeString(folder.resolve("key.pem"), key());
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            program,
            "etcd",
            Integer.toString(freePort()),
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--cert-dir=certificates",
            "--endpoint-reconciler-type=none", // it refuses loopback addresses
            "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=key.pem",
            "--service-account-signing-key-file=key.pem",
            "--token-auth-file=tokens.csv",
            "--authorization-mode=RBAC");
    builder.directory(folder.toFile()).redirectErrorStream(true);
    Process process = builder.redirectOutput(folder.resolve("log").toFile()).start();
    ApiServer server = new ApiServer(folder, process, port);
    server.awaitReadiness();
    return server;
  }

  private static String key() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(key));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReadiness() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!isReady()) {
      String log = Files.readString(folder.resolve("log"));
      assertThat(process.isAlive() && System.nanoTime() < deadline).as(log).isTrue();
      Thread.sleep(200);
    }
  }

  private boolean isReady() {
    if (!Files.exists(certificate())) {
      return false;
    }
    try (KubernetesClient client = as(ADMINISTRATOR)) {
      return "ok".equals(client.raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  String url() {
    return "https://127.0.0.1:" + port;
  }

  /** Of the server, signed by itself. */
  Path certificate() {
    return folder.resolve("certificates/apiserver.crt");
  }

  KubernetesClient as(String token) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(url())
            .withCaCertFile(certificate().toString())
            .withOauthToken(token)
            .withNamespace("default")
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Calls of submit/herd with the Spark that the tests are given, by the user of a token. */
  Map<String, String> environment(String token) throws IOException {
    String spark = System.getenv("HERD_TEST_SPARK_HOME");
    assertThat(spark).as("the environment variable HERD_TEST_SPARK_HOME").isNotBlank();
    return Map.of("SPARK_HOME", spark, "KUBECONFIG", kubeconfig(token).toString());
  }

  /** Writes the file in which kubectl and spark-submit look for the user's token. */
  private Path kubeconfig(String token) throws IOException {
    return Files.write(
        Files.createTempFile(folder, "kubeconfig", ".yaml"),
        List.of(
            "apiVersion: v1",
            "kind: Config",
            "current-context: test",
            "clusters: [{name: test, cluster: {server: '%s', certificate-authority: '%s'}}]"
                .formatted(url(), certificate()),
            "users: [{name: test, user: {token: '%s'}}]".formatted(token),
            "contexts: [{name: test, context: {cluster: test, user: test}}]"));
  }

  /** Follows submit/kubernetes/README.md; returns a token of the driver's service account. */
  String setUpAsDocumented() throws IOException {
    try (KubernetesClient admin = as(ADMINISTRATOR)) {
      admin.resource(account("default")).create(); // as a controller does in a cluster
      for (String file : List.of("rbac.yaml", "storage.yaml")) {
        for (ObjectNode document : Manifests.documents(file)) {
          Manifests.create(admin, document);
        }
      }
      admin
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withName("hub")
                  .endMetadata()
                  .addToStringData("token", HUB_TOKEN)
                  .build())
          .create();
      return admin.serviceAccounts().withName("spark").tokenRequest().getStatus().getToken();
    }
  }

  private static ServiceAccount account(String name) {
    return new ServiceAccountBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  /** Every byte of etcd's files, which have all objects that the server was ever given. */
  String stored() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder.resolve("etcd"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
