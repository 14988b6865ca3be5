package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What no cluster here can try: that the files in submit/kubernetes say what they mean. */
class KubernetesFilesTest {
  private static final Path FOLDER = Path.of("../submit/kubernetes");

  /** A value of the file, by the keys and the numbers of list items that lead to it. */
  private static Object at(String file, Object... path) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    Object value =
        new Yaml(new SafeConstructor(strict)).load(Files.readString(FOLDER.resolve(file)));
    for (Object step : path) {
      value =
          step instanceof Integer index
              ? ((List<?>) value).get(index)
              : ((Map<?, ?>) value).get(step);
    }
    return value;
  }

  @ParameterizedTest
  @ValueSource(strings = {"driver", "executor"})
  void podTemplate_security_isThatOfAnUnprivilegedUser(String role) throws IOException {
    String file = role + ".yaml";
    assertThat(at(file, "apiVersion")).isEqualTo("v1");
    assertThat(at(file, "kind")).isEqualTo("Pod");
    assertThat(at(file, "spec", "securityContext", "runAsNonRoot")).isEqualTo(true);
    assertThat(at(file, "spec", "securityContext", "runAsUser")).isEqualTo(185);
    assertThat(at(file, "spec", "containers", 0, "name")).isEqualTo(role);
    assertThat(at(file, "spec", "containers", 0, "securityContext", "allowPrivilegeEscalation"))
        .isEqualTo(false);
    assertThat(at(file, "spec", "containers", 0, "securityContext", "capabilities", "drop"))
        .isEqualTo(List.of("ALL"));
  }

  @Test
  void token_ofTheHub_isTheDriversAloneAndFromASecret() throws IOException {
    assertThat(at("driver.yaml", "spec", "containers", 0, "env", 0, "name")).isEqualTo("HF_TOKEN");
    assertThat(at("driver.yaml", "spec", "containers", 0, "env", 0, "valueFrom"))
        .isEqualTo(Map.of("secretKeyRef", Map.of("name", "hub", "key", "token", "optional", true)));
    assertThat(Files.readString(FOLDER.resolve("executor.yaml"))).doesNotContain("HF_TOKEN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"driver", "executor"})
  void sparkApplication_template_isThatOfTheRole(String role) throws IOException {
    assertThat(at("spark-application.yaml", "spec", role, "template", "spec").toString())
        .isEqualTo(
            at(role + ".yaml", "spec")
                .toString()
                .replace("name=" + role, "name=spark-kubernetes-" + role));
  }

  @Test
  void executorVolumes_mounts_areThere() throws IOException {
    assertThat(at("executor.yaml", "spec", "containers", 0, "volumeMounts", 0, "name"))
        .isEqualTo(at("executor.yaml", "spec", "volumes", 0, "name"));
    assertThat(at("executor.yaml", "spec", "containers", 0, "resources", "limits"))
        .isEqualTo(Map.of("nvidia.com/gpu", 1));
  }

  @Test
  void sparkApplication_settings_areThoseOfTheConfFile() throws Exception {
    assertThat(at("spark-application.yaml", "spec", "mainClass")).isEqualTo(Main.class.getName());
    Map<?, ?> settings = (Map<?, ?>) at("spark-application.yaml", "spec", "sparkConf");
    Properties conf = new Properties();
    try (var in = Files.newInputStream(Path.of("../conf/spark-defaults.kubernetes.conf"))) {
      conf.load(in);
    }
    assertThat(conf).containsAllEntriesOf(new HashMap<Object, Object>(settings));
  }

  /** What hadolint asks first, and that each file that is copied is there. */
  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.cuda"})
  void dockerfile_image_isPinnedSmallAndNotRoots(String name) throws IOException {
    List<String> lines = Files.readAllLines(FOLDER.resolve(name));
    assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
        .isNotEmpty()
        .allMatch(line -> line.matches("FROM \\S+:\\d\\S+( AS \\w+)?"), "names a version");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("USER 185");
    assertThat(lines).noneMatch(line -> line.startsWith("ADD ") || line.contains("HF_TOKEN"));
    for (String line : lines) {
      if (line.startsWith("COPY ") && !line.contains("--from")) {
        String[] words = line.substring(5).split(" ");
        for (String file : List.of(words).subList(0, words.length - 1)) {
          assertThat(file.endsWith("herd.jar") || Files.exists(Path.of("..", file)))
              .as(file)
              .isTrue();
        }
      }
    }
  }
}
