package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How submit/herd reports what Kubernetes' own API server refuses. */
@Tag("deep")
class KubernetesRefusalsIT {
  private static final Map<String, Quantity> LITTLE = Map.of("limits.memory", new Quantity("1Gi"));

  @TempDir private static Path folder;
  private static ApiServer server;
  private static KubernetesClient admin;

  @TempDir Path directory;

  /** A namespace without the files of submit/kubernetes, and one whose quota has no room. */
  @BeforeAll
  static void makeNamespaces() throws Exception {
    server = ApiServer.start(folder);
    admin = server.as(ApiServer.ADMINISTRATOR);
    for (String name : List.of("bare", "full")) {
      admin
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
    var account = new ServiceAccountBuilder().withNewMetadata().withName("spark").endMetadata();
    admin.serviceAccounts().inNamespace("full").resource(account.build()).create();
    var quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("little")
            .endMetadata()
            .withNewSpec()
            .withHard(LITTLE)
            .endSpec()
            .withNewStatus() // which a controller writes in a cluster
            .withHard(LITTLE)
            .withUsed(Map.of("limits.memory", new Quantity("0")))
            .endStatus()
            .build();
    admin.resourceQuotas().inNamespace("full").resource(quota).create();
    admin.resourceQuotas().inNamespace("full").resource(quota).updateStatus();
  }

  @AfterAll
  static void stop() throws Exception {
    admin.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "of-a-stranger | bare | 2 | Unauthorized (HTTP status 401) | log in to the cluster again",
        ApiServer.NOBODY + " | bare | 2 | cannot create resource | ask for the rights of the role",
        ApiServer.ADMINISTRATOR + " | bare | 2 | service account | kubectl apply -f",
        ApiServer.ADMINISTRATOR + " | none | 2 | not found | correct spark.kubernetes.namespace",
        ApiServer.ADMINISTRATOR + " | full | 1 | exceeded quota: little | wait for other pods",
      })
  void refusedDriver_endsTheCommandWithReasonAndRemedy(
      String token, String namespace, int code, String reason, String remedy) throws Exception {
    KubernetesCommand command = KubernetesCommand.in(directory, admin, server.environment(token));

    Launcher.Outcome outcome =
        command
            .submit(List.of("--conf", "spark.kubernetes.namespace=" + namespace), List.of())
            .get(2, TimeUnit.MINUTES);

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err())
        .contains("\nKubernetes refused to create the driver: ", reason)
        .contains("\n  What to do: " + remedy)
        .doesNotContain(token);
  }
}
