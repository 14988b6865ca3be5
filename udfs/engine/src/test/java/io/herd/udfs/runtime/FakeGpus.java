package io.herd.udfs.runtime;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM of its own, which has libtorch's operator that counts GPUs and a CUDA runtime, both without
 * any GPU: see {@code cuda.c}. What libtorch has loaded stays with its process.
 */
record FakeGpus(Map<String, String> environment) {

  static FakeGpus of(int gpus, String... libraries) throws URISyntaxException {
    Path folder = Path.of(FakeGpus.class.getResource("cuda/cuda.c").toURI()).getParent();
    String loaded =
        Stream.of(libraries)
            .map(name -> folder.resolve(name).toString())
            .collect(Collectors.joining(","));
    Map<String, String> environment = new HashMap<>();
    environment.put("FAKE_GPUS", Integer.toString(gpus));
    if (!loaded.isEmpty()) {
      environment.put("PYTORCH_EXTRA_LIBRARY_PATH", loaded);
    }
    return new FakeGpus(environment);
  }

  FakeGpus with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new FakeGpus(more);
  }

  /** The lines that a class' main method prints. */
  List<String> run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder java = new ProcessBuilder(command);
    java.environment().putAll(environment);
    Process process = java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    List<String> lines = process.inputReader().lines().toList();
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(main + " ended with " + code + " after " + lines);
    }
    return lines;
  }
}
