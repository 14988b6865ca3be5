package io.herd.job;

import static io.herd.job.Launcher.executable;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** submit/herd with the files of conf/ and submit/, to a Kubernetes whose API is in memory. */
class KubernetesSubmissionTest {
  private static final String JAR = "local:///opt/herd/herd.jar";
  private static final String NAMESPACE = "default";
  private static final String DRIVER = "spark-kubernetes-driver";

  /** It has a line for each request. */
  private static final Logger REQUESTS = Logger.getLogger("io.fabric8.mockwebserver");

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(), new MockWebServer(), new HashMap<>(), new Applying(), false);
  private KubernetesClient client;
  private Launcher launcher;

  /** What the server lacks: to apply, as Spark does, what isn't there yet. */
  private static final class Applying extends KubernetesCrudDispatcher {
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
    client = server.createClient();
    launcher = Launcher.in(temporary);
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    executable(
        launcher.spark().resolve("bin/spark-submit"),
        "exec '%s' -Xmx256m -XX:TieredStopAtLevel=1 -cp '%s' org.apache.spark.deploy.SparkSubmit \"$@\""
            .formatted(java, System.getProperty("java.class.path")));
    for (String folder : List.of("conf", "submit")) {
      Files.createSymbolicLink(launcher.caller().resolve(folder), Documents.ROOT.resolve(folder));
    }
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void documentedCommand_makesTheDriversPodServiceAndConfigMap() throws Exception {
    var submitted = submitting("--properties-file", "conf/spark-defaults.s3.conf");
    Pod driver = driver();
    end(driver, "Succeeded", 0);

    Launcher.Outcome outcome = submitted.get(1, TimeUnit.MINUTES);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(driver.getSpec().getServiceAccountName()).isEqualTo("spark");
    assertThat(driver.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    Container container = driver.getSpec().getContainers().get(0);
    assertThat(container.getImage()).isEqualTo("registry.example.org/herd:0.2.0");
    assertThat(container.getArgs())
        .containsSequence("--class", "io.herd.job.Main", JAR, "run", "/etc/herd/reviews.conf");
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
    Service service = client.services().inNamespace(NAMESPACE).list().getItems().get(0);
    assertThat(driver.getMetadata().getLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
    String settings =
        client.configMaps().inNamespace(NAMESPACE).list().getItems().stream()
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
    Pod driver = driver();
    end(driver, "Succeeded", 0);
    submitted.get(1, TimeUnit.MINUTES);

    EnvVar token =
        driver.getSpec().getContainers().get(0).getEnv().stream()
            .filter(variable -> variable.getName().equals("HF_TOKEN"))
            .findFirst()
            .orElseThrow();
    assertThat(token.getValue()).isNull();
    assertThat(token.getValueFrom().getSecretKeyRef().getName()).isEqualTo("hub");
    assertThat(
            client.configMaps().inNamespace(NAMESPACE).list().toString()
                + client.pods().inNamespace(NAMESPACE).list())
        .doesNotContain("hf_ofTheSubmitter");
  }

  @Test
  void driverThatFails_endsTheCommandWithItsExitCode() throws Exception {
    var submitted = submitting();
    end(driver(), "Failed", 2);

    assertThat(submitted.get(1, TimeUnit.MINUTES).code()).isEqualTo(2);
  }

  @Test
  void gpuFile_afterTheOther_hasItsImageAndTemplate() throws Exception {
    var submitted = submittingThen("--properties-file", "conf/spark-defaults.kubernetes-gpu.conf");
    Pod driver = driver();
    end(driver, "Succeeded", 0);
    submitted.get(1, TimeUnit.MINUTES);

    assertThat(driver.getSpec().getContainers().get(0).getImage()).endsWith("-cuda");
    assertThat(client.configMaps().inNamespace(NAMESPACE).list().toString())
        .as("the executors' template, for the driver to read")
        .contains("nvidia.com/gpu.present");
  }

  private CompletableFuture<Launcher.Outcome> submitting(String... before) {
    return submit(List.of(before), List.of());
  }

  private CompletableFuture<Launcher.Outcome> submittingThen(String... after) {
    return submit(List.of(), List.of(after));
  }

  /** The command of submit/kubernetes/README.md, while a test looks at what it makes. */
  private CompletableFuture<Launcher.Outcome> submit(List<String> before, List<String> after) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--master", "k8s://" + client.getMasterUrl().toString()));
    words.addAll(List.of("--deploy-mode", "cluster"));
    words.addAll(before);
    words.addAll(List.of("--properties-file", "conf/spark-defaults.kubernetes.conf"));
    words.addAll(after);
    words.addAll(List.of("run", "/etc/herd/reviews.conf", "herd.hub.cache=/herd/models"));
    Map<String, String> environment = new HashMap<>();
    environment.put("HERD_JAR", JAR);
    environment.put("HF_TOKEN", "hf_ofTheSubmitter");
    environment.put("KUBECONFIG", "/none");
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return launcher.herd(environment, words.toArray(String[]::new));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Pod driver() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
    while (client.pods().inNamespace(NAMESPACE).list().getItems().isEmpty()) {
      assertThat(System.nanoTime()).as("the driver's pod comes").isLessThan(deadline);
      Thread.sleep(50);
    }
    return client.pods().inNamespace(NAMESPACE).list().getItems().get(0);
  }

  /** What Kubernetes would say of it once its container has ended. */
  private void end(Pod driver, String phase, int code) {
    client
        .pods()
        .inNamespace(NAMESPACE)
        .resource(driver)
        .editStatus(
            pod -> {
              pod.setStatus(
                  new PodStatusBuilder()
                      .withPhase(phase)
                      .withContainerStatuses(
                          new ContainerStatusBuilder()
                              .withName(DRIVER)
                              .withState(
                                  new ContainerStateBuilder()
                                      .withNewTerminated()
                                      .withExitCode(code)
                                      .endTerminated()
                                      .build())
                              .build())
                      .build());
              return pod;
            });
  }
}
