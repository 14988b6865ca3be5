package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts drawn of many schemas, seen by Python's jsonschema. */
class JsonSchemaTest {
  private static final Path SCHEMAS = Path.of("src/test/resources/schemas");
  private static final int TEXTS = 60;
  private static final Set<Integer> ENDS = Set.of(Texts.END);

  @TempDir Path directory;

  private static List<JsonObject> schemas(String file) throws IOException {
    return Files.readAllLines(SCHEMAS.resolve(file)).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  /** Our own, and what pydantic and zod export. */
  private static List<JsonObject> schemas() throws IOException {
    List<JsonObject> all = new ArrayList<>(schemas("own.jsonl"));
    all.addAll(schemas("exported.jsonl"));
    all.removeIf(JsonSchemaTest::isRefused);
    return all;
  }

  private static boolean isRefused(JsonObject each) {
    return each.get("name").getAsString().startsWith("pydantic/Tagged/");
  }

  @Test
  void schemas_allOfThem_areTakenWithAColumn() throws IOException {
    List<JsonObject> schemas = schemas();
    assertThat(schemas).hasSizeGreaterThanOrEqualTo(300);
    for (JsonObject each : schemas) {
      Format format = Format.jsonSchema(each.get("schema").toString());
      format.check();
      assertThat(format.column().orElseThrow().ddl()).as(each.toString()).isNotEmpty();
    }
  }

  @Test
  void schemas_setOfAnyStrings_isRefusedByName() throws IOException {
    List<JsonObject> refused =
        schemas("exported.jsonl").stream().filter(JsonSchemaTest::isRefused).toList();
    assertThat(refused).hasSize(2);
    for (JsonObject each : refused) {
      assertThatThrownBy(() -> Format.jsonSchema(each.get("schema").toString()).check())
          .isInstanceOf(UserException.class)
          .hasMessageContaining(
              "at #/properties/tags: uniqueItems is supported only for items of an enum");
    }
  }

  @Test
  @Tag("real")
  void texts_drawnOfEachSchema_areValidByJsonschema() throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(22);
    List<String> lines = new ArrayList<>();
    for (JsonObject each : schemas()) {
      each.add("texts", drawn(each.get("schema").toString(), random));
      lines.add(each.toString());
    }
    Path file = Files.write(directory.resolve("texts.jsonl"), lines);
    assertThat(validated(file)).isEqualTo(TEXTS * lines.size() + " texts read");
  }

  private static JsonArray drawn(String schema, SplittableRandom random) {
    Vocabulary vocabulary =
        Texts.vocabulary(false, "\"", "\":", "\",", ", ", "{\"", "\"}", "a", "12", "]}", "},{");
    Grammar grammar = Grammar.of(Format.jsonSchema(schema), vocabulary, ENDS);
    JsonArray texts = new JsonArray();
    for (int i = 0; i < TEXTS; i++) {
      int budget = grammar.leastTokens() + random.nextInt(1 + 2 * i);
      texts.add(Texts.write(grammar, ENDS, budget, random).text(vocabulary));
    }
    return texts;
  }

  private static String validated(Path file) throws IOException, InterruptedException {
    String python = System.getenv("HERD_TEST_PYTHON");
    assertThat(python).as("HERD_TEST_PYTHON, a python with jsonschema").isNotBlank();
    Process process =
        new ProcessBuilder(python, SCHEMAS.resolve("validate.py").toString(), file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit status of validate.py: %s", printed).isZero();
    return printed.strip();
  }
}
