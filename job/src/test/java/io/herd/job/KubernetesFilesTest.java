package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What no cluster here can try: that the files in submit/kubernetes say what they mean. */
class KubernetesFilesTest {
  private static final Path FOLDER = Path.of("../submit/kubernetes");

  /** What a release has and the sources haven't. */
  private static final Set<String> ONLY_RELEASED = Set.of("herd.jar", "s3/");

  /** The schemas of the operator's resources, by their kind. */
  static final Path OPERATOR =
      Path.of("src/test/resources/kubernetes/spark-operator-2.5.2.json.gz");

  /** A value of the file, by the keys and the numbers of list items that lead to it. */
  private static Object at(String file, Object... path) throws IOException {
    Object value = documents(file).get(0);
    for (Object step : path) {
      value =
          step instanceof Integer index
              ? ((List<?>) value).get(index)
              : ((Map<?, ?>) value).get(step);
    }
    return value;
  }

  /** What stands between the dashes of a file. */
  private static List<Object> documents(String file) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    List<Object> documents = new ArrayList<>();
    new Yaml(new SafeConstructor(strict))
        .loadAll(Files.readString(FOLDER.resolve(file)))
        .forEach(documents::add);
    return documents;
  }

  @ParameterizedTest
  @ValueSource(strings = {"driver", "executor", "executor-gpu"})
  void podTemplate_security_isThatOfAnUnprivilegedUser(String role) throws IOException {
    String file = role + ".yaml";
    assertThat(at(file, "apiVersion")).isEqualTo("v1");
    assertThat(at(file, "kind")).isEqualTo("Pod");
    assertThat(at(file, "spec", "securityContext", "runAsNonRoot")).isEqualTo(true);
    assertThat(at(file, "spec", "securityContext", "runAsUser")).isEqualTo(185);
    assertThat(at(file, "spec", "containers", 0, "name")).isEqualTo(role.replace("-gpu", ""));
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
  @ValueSource(strings = {"executor.yaml", "executor-gpu.yaml"})
  void executors_haveNoTokenOfTheDriversAccount(String file) throws IOException {
    assertThat(at(file, "spec", "automountServiceAccountToken")).isEqualTo(false);
  }

  @ParameterizedTest
  @CsvSource({
    "spark-application.yaml, driver, driver.yaml",
    "spark-application.yaml, executor, executor.yaml",
    "spark-application-gpu.yaml, driver, driver.yaml",
    "spark-application-gpu.yaml, executor, executor-gpu.yaml",
  })
  void sparkApplication_template_isThatOfTheRole(String file, String role, String template)
      throws IOException {
    assertThat(at(file, "spec", role, "template", "spec").toString())
        .isEqualTo(
            at(template, "spec")
                .toString()
                .replace("name=" + role, "name=spark-kubernetes-" + role));
  }

  @Test
  void scheduledApplication_isTheOther() throws IOException {
    assertThat(at("scheduled-spark-application.yaml", "spec", "template"))
        .isEqualTo(at("spark-application.yaml", "spec"));
    assertThat(at("scheduled-spark-application.yaml", "spec", "concurrencyPolicy"))
        .as("two runs on one work-dir would do the work twice")
        .isEqualTo("Forbid");
  }

  /** Unknown keys, which Kubernetes would drop without a word, are errors here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark-application.yaml",
        "spark-application-gpu.yaml",
        "scheduled-spark-application.yaml"
      })
  void application_isAsTheOperatorsSchemaWantsIt(String file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode application = json.valueToTree(documents(file).get(0));
    JsonNode schemas;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(OPERATOR))) {
      schemas = json.readTree(in);
    }
    JsonNode schema = schemas.get(application.get("kind").asText());
    close(schema);

    assertThat(
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                .getSchema(schema)
                .validate(application))
        .isEmpty();
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.get("properties") instanceof ObjectNode properties
        && !properties.isEmpty()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(KubernetesFilesTest::close);
  }

  @Test
  void driversRole_mayMakeWhatSparkMakes() throws IOException {
    List<Object> parts = documents("rbac.yaml");
    Map<?, ?> role = (Map<?, ?>) parts.get(1);
    Map<?, ?> binding = (Map<?, ?>) parts.get(2);
    assertThat(((Map<?, ?>) ((List<?>) role.get("rules")).get(0)).get("resources").toString())
        .contains("pods", "services", "configmaps", "persistentvolumeclaims");
    assertThat(binding.get("subjects"))
        .isEqualTo(List.of(Map.of("kind", "ServiceAccount", "name", "spark")));
    assertThat(at("rbac.yaml", "metadata", "name"))
        .isEqualTo(at("spark-application.yaml", "spec", "driver", "serviceAccount"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"driver", "executor", "executor-gpu"})
  void volumes_areThoseThatAreMountedAndTheClaim(String role) throws IOException {
    String file = role + ".yaml";
    assertThat(names(at(file, "spec", "containers", 0, "volumeMounts")))
        .isEqualTo(names(at(file, "spec", "volumes")));
    assertThat(at(file, "spec", "volumes").toString())
        .contains("claimName=" + at("storage.yaml", "metadata", "name"));
  }

  private static List<Object> names(Object list) {
    return ((List<?>) list).stream().map(each -> (Object) ((Map<?, ?>) each).get("name")).toList();
  }

  @Test
  void gpus_areLimitedInTheirTemplateAlone() throws IOException {
    assertThat(at("executor-gpu.yaml", "spec", "containers", 0, "resources", "limits"))
        .isEqualTo(Map.of("nvidia.com/gpu", 1));
    assertThat(Files.readString(FOLDER.resolve("executor.yaml"))).doesNotContain("nvidia");
  }

  @ParameterizedTest
  @CsvSource({
    "spark-application.yaml, spark-defaults.kubernetes.conf",
    "spark-application-gpu.yaml, spark-defaults.kubernetes-gpu.conf",
  })
  void sparkApplication_settings_areThoseOfTheConfFiles(String file, String last) throws Exception {
    assertThat(at(file, "spec", "mainClass")).isEqualTo(Main.class.getName());
    Properties conf = new Properties();
    for (String each : List.of("spark-defaults.kubernetes.conf", last)) {
      try (var in = Files.newInputStream(Path.of("../conf", each))) {
        conf.load(in);
      }
    }
    assertThat(conf)
        .containsAllEntriesOf(
            new HashMap<Object, Object>((Map<?, ?>) at(file, "spec", "sparkConf")))
        .containsEntry("spark.kubernetes.container.image", at(file, "spec", "image"));
  }

  /** What hadolint asks first, and that each file that is copied is there. */
  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.cuda"})
  void dockerfile_image_isPinnedSmallAndNotRoots(String name) throws IOException {
    List<String> lines = Files.readAllLines(FOLDER.resolve(name));
    assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
        .isNotEmpty()
        .allMatch(line -> line.matches("FROM \\S+:\\d\\S+( AS \\w+)?"), "names a version");
    assertThat(lines.stream().filter(line -> line.startsWith("USER ")).reduce((a, b) -> b))
        .as("the last user")
        .hasValue("USER 185");
    assertThat(lines).noneMatch(line -> line.startsWith("ADD ") || line.contains("HF_TOKEN"));
    for (String line : lines) {
      if (line.startsWith("COPY ") && !line.contains("--from")) {
        String[] words = line.substring(5).split(" ");
        for (String file : List.of(words).subList(0, words.length - 1)) {
          assertThat(ONLY_RELEASED.contains(file) || Files.exists(Path.of("..", file)))
              .as(file)
              .isTrue();
        }
      }
    }
  }
}
