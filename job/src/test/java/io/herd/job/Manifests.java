package io.herd.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.yaml.snakeyaml.Yaml;

/** The files of submit/kubernetes, and what an API server needs to take them. */
final class Manifests {
  private static final Path FILES = Documents.ROOT.resolve("submit/kubernetes");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OPERATOR = "sparkoperator.k8s.io";

  private Manifests() {}

  /** What stands between the dashes of a file in submit/kubernetes. */
  static List<ObjectNode> documents(String file) throws IOException {
    List<ObjectNode> documents = new ArrayList<>();
    for (Object document : new Yaml().loadAll(Files.readString(FILES.resolve(file)))) {
      documents.add(JSON.valueToTree(document));
    }
    return documents;
  }

  /** Creates an object, strictly: unknown keys are errors, which the server drops otherwise. */
  static void create(KubernetesClient admin, ObjectNode object) {
    String version = object.get("apiVersion").asText();
    String path =
        "%s/%s/namespaces/default/%ss?fieldValidation=Strict"
            .formatted(
                version.equals("v1") ? "/api" : "/apis",
                version,
                object.get("kind").asText().toLowerCase(Locale.ROOT));
    admin.raw(path, "POST", object);
  }

  /** Declares the resources of Kubeflow's operator by its schemas. */
  static void defineTheOperatorsResources(KubernetesClient admin) throws IOException {
    JsonNode schemas;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(KubernetesFilesTest.OPERATOR))) {
      schemas = JSON.readTree(in);
    }
    for (String kind : List.of("SparkApplication", "ScheduledSparkApplication")) {
      admin.raw(
          "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
          "POST",
          definition(kind, schemas.get(kind)));
    }
    admin
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .resources()
        .forEach(each -> each.waitUntilCondition(Manifests::isServed, 1, TimeUnit.MINUTES));
  }

  private static ObjectNode definition(String kind, JsonNode schema) {
    String names = kind.toLowerCase(Locale.ROOT) + "s";
    ObjectNode definition = JSON.createObjectNode();
    definition.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
    ObjectNode metadata = definition.withObject("/metadata").put("name", names + "." + OPERATOR);
    // The group's names belong to Kubernetes, which wants to know who allowed them.
    metadata.withObject("/annotations").put("api-approved.kubernetes.io", "unapproved, for tests");
    ObjectNode spec = definition.withObject("/spec").put("group", OPERATOR);
    spec.put("scope", "Namespaced").withObject("/names").put("kind", kind).put("plural", names);
    ObjectNode version = spec.withArray("/versions").addObject().put("name", "v1beta2");
    version.put("served", true).put("storage", true);
    version.withObject("/schema").set("openAPIV3Schema", schema);
    return definition;
  }

  private static boolean isServed(CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(
                each -> each.getType().equals("Established") && each.getStatus().equals("True"));
  }
}
