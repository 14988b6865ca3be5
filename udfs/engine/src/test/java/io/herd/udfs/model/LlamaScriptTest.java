package io.herd.udfs.model;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.model.LlamaScript.Weight;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Java face of llama.py against llama.py. */
class LlamaScriptTest {
  private static final Pattern METHOD =
      Pattern.compile(
          "^    def (\\w+)\\(\\s*self,?\\s*([^)]*?),?\\s*\\) -> (.*):$", Pattern.MULTILINE);

  private static String source() throws IOException {
    try (var code = LlamaModel.class.getResourceAsStream("llama.py")) {
      return new String(code.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Of each method of llama.py, its parameters' types and whether it returns anything. */
  private static Map<String, String> written() throws IOException {
    Map<String, String> out = new TreeMap<>();
    Matcher method = METHOD.matcher(source());
    while (method.find()) {
      String types = method.group(2).replaceAll("\\s+", " ").replaceAll("\\w+: ", "");
      String parameters = types.replaceAll("(Dict|Tuple)\\[.*?]]", "Tensor");
      out.put(method.group(1), parameters + returns(method.group(3)));
    }
    return out;
  }

  private static String returns(String type) {
    return type.equals("None") ? " -> None" : " -> value";
  }

  private static String called(Method method) {
    String parameters =
        Arrays.stream(method.getParameterTypes())
            .map(LlamaScriptTest::python)
            .collect(joining(", "));
    return parameters + (method.getReturnType() == void.class ? " -> None" : " -> value");
  }

  private static String python(Class<?> type) {
    if (TorchModule.Tensor.class.isAssignableFrom(type)) {
      return "Tensor";
    }
    Map<Class<?>, String> names =
        Map.of(
            int.class, "int",
            long.class, "int",
            double.class, "float",
            boolean.class, "bool",
            String.class, "str",
            Weight.class, "str",
            long[].class, "List[int]");
    return names.get(type);
  }

  private static List<Method> face() {
    return Stream.of(LlamaScript.class.getDeclaredMethods())
        .filter(method -> Modifier.isAbstract(method.getModifiers()))
        .filter(method -> !method.getName().equals("close"))
        .toList();
  }

  @Test
  void methods_everyOne_areInTheModuleWithTheseParameters() throws IOException {
    Map<String, String> written = written();
    assertThat(face()).hasSizeGreaterThan(15);
    for (Method method : face()) {
      assertThat(written).containsEntry(TorchModule.pythonName(method), called(method));
    }
  }

  @Test
  void weights_everyName_isInTheModule() throws IOException {
    String source = source();
    for (Weight weight : Weight.values()) {
      assertThat(source).contains('"' + weight.name().toLowerCase(Locale.ROOT) + '"');
    }
  }
}
