package io.herd.job;

import static io.herd.job.Launcher.executable;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** submit/herd with the files of conf/ and submit/, to a Kubernetes whose API is in memory. */
@Tag("large")
class KubernetesSubmissionTest {

  /** It has a line for each request. */
  private static final Logger REQUESTS = Logger.getLogger("io.fabric8.mockwebserver");

  private final Applying api = new Applying();
  private final KubernetesMockServer server =
      new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), api, false);
  private KubernetesClient client;
  private KubernetesCommand command;

  /** What the server lacks: to apply, as Spark does, what isn't there yet. */
  private static final class Applying extends KubernetesCrudDispatcher {
    /** The answer to the request for a pod, if it isn't the pod. */
    private volatile Status refusal;

    @Override
    public MockResponse handleCreate(RecordedRequest request) {
      return refusal == null || !request.getPath().endsWith("/pods")
          ? super.handleCreate(request)
          : new MockResponse()
              .setResponseCode(refusal.getCode())
              .setBody(Serialization.asJson(refusal));
    }

    @Override
    public MockResponse handlePatch(RecordedRequest request) {
      if (!request.getPath().contains("fieldManager=")) {
        return super.handlePatch(request);
      }
      String path = request.getPath().replaceFirst("\\?.*", "");
      boolean isThere = handleGet(path).code() == 200;
      return isThere
          ? handleUpdate(as(HttpMethod.PUT, path, request))
          : handleCreate(as(HttpMethod.POST, path.replaceFirst("/[^/]*$", ""), request));
    }

    private static RecordedRequest as(HttpMethod method, String path, RecordedRequest request) {
      Buffer body = new Buffer().writeUtf8(request.getUtf8Body());
      return new RecordedRequest(
          request.getHttpVersion(), method, path, request.getHeaders(), body);
    }
  }

  @BeforeEach
  void makeASparkWithKubernetes(@TempDir Path temporary) throws Exception {
    REQUESTS.setLevel(Level.WARNING);
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient().inNamespace("default"); // of spark-defaults.kubernetes.conf
    command = KubernetesCommand.in(temporary, client, Map.of("KUBECONFIG", "/none"));
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    executable(
        command.launcher().spark().resolve("bin/spark-submit"),
        "exec '%s' -Xmx256m -XX:TieredStopAtLevel=1 -cp '%s' org.apache.spark.deploy.SparkSubmit \"$@\""
            .formatted(java, System.getProperty("java.class.path")));
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void documentedCommand_makesTheDriversPodServiceAndConfigMap() throws Exception {
    var submitted = submitting("--properties-file", "conf/spark-defaults.s3.conf");
    Pod driver = command.driver();
    command.end(driver, "Succeeded", 0);

    Launcher.Outcome outcome = submitted.get(1, TimeUnit.MINUTES);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(driver.getSpec().getServiceAccountName()).isEqualTo("spark");
    assertThat(driver.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    Container container = driver.getSpec().getContainers().get(0);
    assertThat(container.getImage()).isEqualTo("registry.example.org/herd:0.2.0");
    assertThat(container.getArgs())
        .containsSequence(
            "--class", "io.herd.job.Main", KubernetesCommand.JAR, "run", "/etc/herd/reviews.conf");
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    hasItsVolumes(driver, container);
    hasItsServiceAndSettings(driver);
  }

  private static void hasItsVolumes(Pod driver, Container container) {
    assertThat(driver.getSpec().getVolumes())
        .extracting(Volume::getName)
        .contains("conf", "herd", "spark-conf-volume-driver");
    assertThat(container.getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .contains("/etc/herd", "/herd", "/opt/spark/conf");
  }

  private void hasItsServiceAndSettings(Pod driver) {
    Service service = client.services().list().getItems().get(0);
    assertThat(driver.getMetadata().getLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
    String settings =
        client.configMaps().list().getItems().stream()
            .map(ConfigMap::getData)
            .map(data -> data.getOrDefault("spark.properties", ""))
            .reduce("", String::concat);
    assertThat(settings)
        .contains("spark.hadoop.fs.s3a.connection.maximum=200") // of the first file
        .contains("spark.executor.memoryOverhead=8g") // of the second
        .doesNotContain("hadoop-aws");
  }

  @Test
  void token_isTheDriversFromASecretAndNowhereAValue() throws Exception {
    var submitted = submitting();
    Pod driver = command.driver();
    command.end(driver, "Succeeded", 0);
    submitted.get(1, TimeUnit.MINUTES);

    EnvVar token =
        driver.getSpec().getContainers().get(0).getEnv().stream()
            .filter(variable -> variable.getName().equals("HF_TOKEN"))
            .findFirst()
            .orElseThrow();
    assertThat(token.getValue()).isNull();
    assertThat(token.getValueFrom().getSecretKeyRef().getName()).isEqualTo("hub");
    assertThat(client.configMaps().list().toString() + client.pods().list())
        .doesNotContain(KubernetesCommand.TOKEN);
  }

  @Test
  void driverThatFails_endsTheCommandWithItsExitCode() throws Exception {
    var submitted = submitting();
    command.end(command.driver(), "Failed", 2);

    assertThat(submitted.get(1, TimeUnit.MINUTES).code()).isEqualTo(2);
  }

  /** In the words of Kubernetes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | Unauthorized | 2 | log in to the cluster again",
        "403 | pods is forbidden: User 'u' cannot create resource 'pods' | 2 | ask for the rights",
        "403 | pods 'x' is forbidden: error looking up service account a/b | 2 | kubectl apply -f",
        "403 | pods 'x' is forbidden: exceeded quota: q | 1 | wait for other pods to end",
        "404 | namespaces 'x' not found | 2 | correct spark.kubernetes.namespace",
        "422 | Pod 'x' is invalid: spec | 2 | correct what it names",
      })
  void refusedPod_endsTheCommandWithReasonAndRemedy(
      int status, String message, int code, String remedy) throws Exception {
    api.refusal = new StatusBuilder().withCode(status).withMessage(message).build();

    Launcher.Outcome outcome = submitting().get(1, TimeUnit.MINUTES);

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err())
        .contains(
            String.format(
                Locale.ROOT,
                "Kubernetes refused to create the driver: %s (HTTP status %d).\n  What to do: %s",
                message,
                status,
                remedy));
  }

  @Test
  void gpuFile_afterTheOther_hasItsImageAndTemplate() throws Exception {
    var submitted =
        command.submit(
            List.of(), List.of("--properties-file", "conf/spark-defaults.kubernetes-gpu.conf"));
    Pod driver = command.driver();
    command.end(driver, "Succeeded", 0);
    submitted.get(1, TimeUnit.MINUTES);

    assertThat(driver.getSpec().getContainers().get(0).getImage()).endsWith("-cuda");
    assertThat(client.configMaps().list().toString())
        .as("the executors' template, for the driver to read")
        .contains("nvidia.com/gpu.present");
  }

  private CompletableFuture<Launcher.Outcome> submitting(String... before) {
    return command.submit(List.of(before), List.of());
  }
}
