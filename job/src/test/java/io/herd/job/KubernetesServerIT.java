package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What submit/kubernetes documents, against Kubernetes' own API server: its validation, its
 * defaults and its rights. There is no node, so pods stay pending.
 */
@Tag("deep")
class KubernetesServerIT {
  @TempDir private static Path folder;
  private static ApiServer server;
  private static KubernetesClient admin;
  private static String token;

  @TempDir Path directory;

  @BeforeAll
  static void setUpAsDocumented() throws Exception {
    server = ApiServer.start(folder);
    admin = server.as(ApiServer.ADMINISTRATOR);
    token = server.setUpAsDocumented();
  }

  @AfterAll
  static void stop() throws Exception {
    admin.close();
    server.close();
  }

  @AfterEach
  void removeWhatTheTestMade() {
    admin.pods().delete();
    admin.configMaps().delete();
    driverServices().forEach(service -> admin.resource(service).delete());
  }

  /** A template has neither name nor image until Spark sets them. */
  @ParameterizedTest
  @ValueSource(strings = {"driver.yaml", "executor.yaml", "executor-gpu.yaml"})
  void podTemplate_withNameAndImage_passesStrictValidation(String file) throws Exception {
    ObjectNode pod = Manifests.documents(file).get(0);
    pod.withObject("metadata").put("name", "herd");
    ((ObjectNode) pod.at("/spec/containers/0")).put("image", "herd");

    Manifests.create(admin, pod);

    assertThat(admin.pods().withName("herd").get().getStatus().getPhase()).isEqualTo("Pending");
  }

  @Test
  void applications_ofTheOperator_passStrictValidation() throws Exception {
    Manifests.defineTheOperatorsResources(admin);
    for (String file :
        List.of(
            "spark-application.yaml",
            "scheduled-spark-application.yaml",
            "spark-application-gpu.yaml")) {
      ObjectNode application = Manifests.documents(file).get(0);
      application.withObject("metadata").put("name", file.replaceAll("\\W", "-"));
      Manifests.create(admin, application);
      application.withObject("spec").put("unknown", 1);
      assertThatThrownBy(() -> Manifests.create(admin, application))
          .hasMessageContaining("unknown field");
    }
  }

  @Test
  void documentedCommand_asTheDriversAccount_storesPodAndService() throws Exception {
    KubernetesCommand command = command();
    var submitted =
        command.submit(List.of("--properties-file", "conf/spark-defaults.s3.conf"), List.of());
    Pod driver = command.driver();
    command.end(driver, "Succeeded", 0);

    Launcher.Outcome outcome = submitted.get(2, TimeUnit.MINUTES);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    PodSpec spec = driver.getSpec();
    assertThat(spec.getServiceAccountName()).isEqualTo("spark");
    assertThat(spec.getVolumes())
        .extracting(Volume::getName)
        .contains("conf", "herd", "spark-conf-volume-driver");
    Container container = spec.getContainers().get(0);
    assertThat(container.getResources().getLimits().get("memory").getNumericalAmount())
        .isEqualTo(container.getResources().getRequests().get("memory").getNumericalAmount());
    assertThat(container.getEnv()).extracting(EnvVar::getName).contains("HF_TOKEN");
    assertThat(driverServices())
        .singleElement()
        .satisfies(service -> assertThat(service.getSpec().getClusterIP()).isEqualTo("None"));
    assertThat(server.stored())
        .contains(ApiServer.HUB_TOKEN)
        .doesNotContain(KubernetesCommand.TOKEN, token);
  }

  @Test
  void driverThatFails_endsTheCommandWithItsExitCode() throws Exception {
    KubernetesCommand command = command();
    var submitted = command.submit(List.of(), List.of());
    command.end(command.driver(), "Failed", 2);

    assertThat(submitted.get(2, TimeUnit.MINUTES).code()).isEqualTo(2);
  }

  private static List<Service> driverServices() {
    return admin.services().list().getItems().stream()
        .filter(service -> service.getMetadata().getName().endsWith("-driver-svc"))
        .toList();
  }

  private KubernetesCommand command() throws Exception {
    return KubernetesCommand.in(directory, admin, server.environment(token));
  }

  /** The driver runs here, with its account's token. */
  @Test
  void driver_onThisMachine_createsExecutorsAsDocumented() throws Exception {
    Launched.makeProject(directory);
    Files.createSymbolicLink(directory.resolve("submit"), Documents.ROOT.resolve("submit"));
    String gpu = "conf/spark-defaults.kubernetes-gpu.conf";
    Launched herd =
        Launched.start(
            directory,
            server.environment(token),
            "--master",
            "k8s://" + server.url(),
            "--properties-file",
            "conf/spark-defaults.kubernetes.conf",
            "--properties-file",
            gpu,
            "--conf",
            "spark.driver.host=127.0.0.1",
            "run",
            "conf/demo.conf");
    List<Pod> pods = executors(herd);
    herd.signalled("TERM").awaitsEnd();

    assertThat(pods).hasSize(2).allSatisfy(pod -> isAsDocumented(pod));
  }

  private static void isAsDocumented(Pod pod) {
    PodSpec spec = pod.getSpec();
    Container container = spec.getContainers().get(0);
    assertThat(container.getImage()).endsWith("-cuda");
    assertThat(container.getResources().getLimits())
        .containsEntry("nvidia.com/gpu", new Quantity("1"));
    assertThat(spec.getNodeSelector()).containsEntry("nvidia.com/gpu.present", "true");
    assertThat(spec.getTolerations()).anyMatch(each -> "nvidia.com/gpu".equals(each.getKey()));
    assertThat(spec.getVolumes())
        .as("the claim, and no token of Kubernetes")
        .anyMatch(each -> each.getName().equals("herd"))
        .noneMatch(each -> each.getName().startsWith("kube-api-access"));
    assertThat(container.getEnv()).noneMatch(each -> each.getName().equals("HF_TOKEN"));
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
  }

  private static List<Pod> executors(Launched herd) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    List<Pod> pods = List.of();
    while (pods.size() < 2) {
      assertThat(herd.lives() && System.nanoTime() < deadline).as(herd.out() + herd.err()).isTrue();
      Thread.sleep(100);
      pods = admin.pods().withLabel("spark-role", "executor").list().getItems();
    }
    return pods;
  }

  @Test
  void driversAccount_beyondItsRole_isRefused() {
    try (KubernetesClient driver = server.as(token)) {
      assertThat(driver.pods().list().getItems()).as("what it may do").isEmpty();
      isForbidden(() -> driver.secrets().withName("hub").get());
      isForbidden(() -> driver.secrets().list());
      isForbidden(() -> driver.serviceAccounts().withName("spark").tokenRequest());
      isForbidden(() -> driver.rbac().roleBindings().list());
      isForbidden(() -> driver.pods().inNamespace("kube-system").list());
      isForbidden(() -> driver.nodes().list());
    }
  }

  private static void isForbidden(Supplier<?> call) {
    assertThatThrownBy(call::get)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
  }
}
