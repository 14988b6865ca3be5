package io.herd.job.config;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.StrictJson;
import io.herd.udfs.UserException;
import io.herd.udfs.files.BoundedFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads the file of {@code herd.prompt.tools}. Its JSON takes the place of its path among the
 * values, so that what the file holds decides which prompts there are.
 */
final class ToolsFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final String EXAMPLE =
      ". Example of its content: [{\"type\": \"function\", \"function\": {\"name\": \"look_up\","
          + " \"parameters\": {...}}}]";

  private final Values values;
  private final Problems problems;

  ToolsFile(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  void read() {
    values.find(Keys.PROMPT_TOOLS).ifPresent(file -> read(Path.of(file)));
  }

  private void read(Path file) {
    try {
      JsonArray tools = tools(BoundedFile.text(file, MAX_BYTES));
      values.replace(Keys.PROMPT_TOOLS, tools.toString());
    } catch (UserException e) {
      problem("the file " + file + " is larger than 1 MiB");
    } catch (IOException e) {
      problem("the file %s can't be read (%s)".formatted(file, e.getClass().getSimpleName()));
    } catch (JsonParseException e) {
      problem("the file " + file + " isn't JSON: " + e.getMessage() + EXAMPLE);
    } catch (IllegalArgumentException e) {
      problem("the file " + file + " " + e.getMessage() + EXAMPLE);
    }
  }

  private void problem(String what) {
    problems.add(values.place(Keys.PROMPT_TOOLS), Keys.PROMPT_TOOLS.path() + ": " + what);
  }

  private static JsonArray tools(String json) {
    if (json.isBlank()) {
      throw new IllegalArgumentException("is empty");
    }
    if (!(StrictJson.parse(json) instanceof JsonArray tools) || tools.isEmpty()) {
      throw new IllegalArgumentException("doesn't contain a list of tools");
    }
    for (int i = 0; i < tools.size(); i++) {
      if (!isTool(tools.get(i))) {
        throw new IllegalArgumentException(
            "has a tool (number " + (i + 1) + ") whose function has no name");
      }
    }
    return tools;
  }

  /** Accepts tools in OpenAI's form, or the function alone, which some templates expect. */
  private static boolean isTool(JsonElement element) {
    if (!(element instanceof JsonObject tool)) {
      return false;
    }
    JsonElement function = tool.has("function") ? tool.get("function") : tool;
    return function instanceof JsonObject object
        && object.get("name") instanceof JsonPrimitive name
        && name.isString()
        && !name.getAsString().isBlank();
  }
}
