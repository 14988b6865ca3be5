package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The command of submit/kubernetes/README.md, while a test looks at what it makes.
 *
 * @param client of the cluster's administrator
 * @param environment of the call
 */
record KubernetesCommand(
    KubernetesClient client, Launcher launcher, Map<String, String> environment) {
  static final String JAR = "local:///opt/herd/herd.jar";

  /** A token in the submitter's environment, which must not leave this machine. */
  static final String TOKEN = "hf_ofTheSubmitter";

  private static final String DRIVER = "spark-kubernetes-driver";

  /** From a folder that has the project's conf/ and submit/. */
  static KubernetesCommand in(Path temporary, KubernetesClient client, Map<String, String> more)
      throws Exception {
    Launcher launcher = Launcher.in(temporary);
    for (String folder : List.of("conf", "submit")) {
      Files.createSymbolicLink(launcher.caller().resolve(folder), Documents.ROOT.resolve(folder));
    }
    Map<String, String> environment = new HashMap<>(Map.of("HERD_JAR", JAR, "HF_TOKEN", TOKEN));
    environment.putAll(more);
    return new KubernetesCommand(client, launcher, environment);
  }

  CompletableFuture<Launcher.Outcome> submit(List<String> before, List<String> after) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--master", "k8s://" + client.getMasterUrl().toString()));
    words.addAll(List.of("--deploy-mode", "cluster"));
    words.addAll(before);
    words.addAll(List.of("--properties-file", "conf/spark-defaults.kubernetes.conf"));
    words.addAll(after);
    words.addAll(List.of("run", "/etc/herd/reviews.conf", "herd.hub.cache=/herd/models"));
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return launcher.herd(environment, words.toArray(String[]::new));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  Pod driver() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
    while (client.pods().list().getItems().isEmpty()) {
      assertThat(System.nanoTime()).as("the driver's pod comes").isLessThan(deadline);
      Thread.sleep(50);
    }
    return client.pods().list().getItems().get(0);
  }

  /** Writes what Kubernetes would report once the driver's container has ended. */
  void end(Pod driver, String phase, int code) {
    client
        .pods()
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
