package io.herd.udfs.hub.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real huggingface_hub, in a process of its own that knows nothing of this machine's token. */
public final class PythonClient {
  private final URI endpoint;
  private final Path home;

  /** Talks to a Hub, keeps its files under {@code home}. */
  public PythonClient(URI endpoint, Path home) {
    this.endpoint = endpoint;
    this.home = home;
  }

  /** What {@code client.py} prints. */
  public String run(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    String python = System.getenv("HERD_TEST_PYTHON");
    assertThat(python).as("HERD_TEST_PYTHON, a python with huggingface_hub").isNotBlank();
    List<String> command = new ArrayList<>(List.of(python, "src/test/resources/hub/client.py"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(name -> name.matches("(?i)(HF|HUGGING_?FACE)_.*|TRANSFORMERS_.*|.*_PROXY"));
    environment.put("HF_ENDPOINT", endpoint.toString());
    environment.put("HF_HOME", home.toString());
    environment.put("HF_HUB_DISABLE_XET", "1");
    environment.put("HF_HUB_DISABLE_TELEMETRY", "1");
    environment.put("HF_HUB_DISABLE_PROGRESS_BARS", "1");
    environment.putAll(variables);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit status of client.py: %s", printed).isZero();
    return printed.strip();
  }
}
