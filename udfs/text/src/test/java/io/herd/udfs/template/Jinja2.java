package io.herd.udfs.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Python's jinja2 as transformers runs it: {@code src/test/resources/jinja/*.py}. */
public final class Jinja2 {
  private static final Path FOLDER = Path.of("src/test/resources/jinja");
  private static final String REFERENCE = "reference.py";

  /**
   * A template, what it is given, and what jinja2 makes of it.
   *
   * @param text null when it fails
   * @param error why; null when it doesn't
   */
  public record Case(String source, Map<String, Object> context, String text, String error) {}

  private Jinja2() {}

  /** Random templates, the same ones for a seed. */
  public static List<Case> random(long seed, int count) throws IOException, InterruptedException {
    return run(REFERENCE, "", "differences", Long.toString(seed), Integer.toString(count));
  }

  /** Renders templates, in their order. */
  public static List<Case> render(List<JsonObject> templates)
      throws IOException, InterruptedException {
    return run(REFERENCE, templates);
  }

  /** What transformers' {@code apply_chat_template} makes of chats, in their order. */
  public static List<Case> apply(List<JsonObject> chats) throws IOException, InterruptedException {
    return run("arguments.py", chats);
  }

  private static List<Case> run(String script, List<JsonObject> requests)
      throws IOException, InterruptedException {
    StringBuilder lines = new StringBuilder();
    requests.forEach(request -> lines.append(request).append('\n'));
    List<Case> cases = run(script, lines.toString(), "render");
    assertThat(cases).hasSameSizeAs(requests);
    return cases;
  }

  private static List<Case> run(String script, String input, String... arguments)
      throws IOException, InterruptedException {
    String python = System.getenv("HERD_TEST_PYTHON");
    assertThat(python).as("HERD_TEST_PYTHON, a python with transformers").isNotBlank();
    List<String> command = new ArrayList<>(List.of(python, FOLDER.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("jinja2", ".txt");
    Path file = Files.createTempFile("jinja2", ".jsonl");
    Files.writeString(file, input);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(file.toFile())
            .redirectError(errors.toFile())
            .start();
    List<Case> cases = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        cases.add(parse(JsonParser.parseString(line).getAsJsonObject()));
      }
    }
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    Files.delete(errors);
    Files.delete(file);
    return cases;
  }

  static Case parse(JsonObject line) {
    return new Case(
        line.get("source").getAsString(),
        java(line.getAsJsonObject("context")),
        string(line.get("text")),
        string(line.get("error")));
  }

  private static String string(JsonElement element) {
    return element == null || element.isJsonNull() ? null : element.getAsString();
  }

  private static Map<String, Object> java(JsonObject object) {
    Map<String, Object> map = new LinkedHashMap<>();
    object.entrySet().forEach(entry -> map.put(entry.getKey(), java(entry.getValue())));
    return map;
  }

  private static Object java(JsonElement element) {
    if (element.isJsonNull()) {
      return null;
    }
    if (element instanceof JsonObject object) {
      return java(object);
    }
    if (element instanceof JsonArray array) {
      List<Object> items = new ArrayList<>();
      array.forEach(item -> items.add(java(item)));
      return items;
    }
    JsonPrimitive value = element.getAsJsonPrimitive();
    if (value.isBoolean()) {
      return value.getAsBoolean();
    }
    String text = value.getAsString();
    if (value.isString()) {
      return text;
    }
    return text.matches("-?\\d+") ? new BigInteger(text) : (Object) Double.valueOf(text);
  }
}
