package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What llama.py, fused.py and llama4.py must not say, on whatever device. */
class ModuleSourceTest {
  /** How TorchScript reads a tensor's value, or makes a shape that depends on values. */
  private static final Pattern WAITS =
      Pattern.compile(
          "\\b(bool|int|float|item|tolist|equal|nonzero|masked_select|unique\\w*)\\(|\\b(if|while) .*\\.(any|all)\\(");

  private static final Pattern CONDITION =
      Pattern.compile("^[^#\n]*\\b(?:if|elif|while) (.*?)(?::| else )", Pattern.MULTILINE);

  /** Conditions on shapes, on the host's values and on what a module is. */
  private static final Pattern HOST =
      Pattern.compile(
          "(not )?self\\.(flash|sees_cache|onednn)|self\\.int8_bits (>|==) \\d|int8|tied|draw|wide|exact|fast|copy|masked|mask is not None|q\\.is_cuda"
              + "|(not )?ops\\.prim\\.is_mkldnn\\([\\w.\\[\\]]+\\)|(w|out)\\.dtype [!=]= torch\\.\\w+"
              + "|(x|residual)\\.dtype != [wx]\\.dtype"
              + "|name == \"\\w+\"|(name|\"\\w+\") (not )?in self\\.\\w+"
              + "|(len\\([\\w.]+\\)|[\\w\\[\\]]+\\.numel\\(\\)) > ([01]|sizes\\[0\\])"
              + "|(width|step) % 64 == 0|n == 64|(norm|packed) is not None|p\\.size\\(1\\) % block > 0"
              + "|kept == 0|capacity == to_capacity|size % 2 == 0|size \\* tensors > self\\.slice_count\\(\\)"
              + "|self\\.rotated\\[i\\] == \"0\"|self\\.equal_lengths|mask is None|(end|capacities\\[a\\]) > self\\.chunk"
              + "|(kept|start|in_place|tokens|candidates|logprobs|m|block) > 0|candidates == p\\.size\\(1\\)|n > rows\\[a\\]");

  private static String source(String name) throws IOException {
    try (InputStream code = LlamaModel.class.getResourceAsStream(name)) {
      return new String(code.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String source() throws IOException {
    return source("llama.py") + source("fused.py") + source("llama4.py");
  }

  /** A GPU is told what to do and computes later: it is waited for when ids are asked for. */
  @Test
  void pass_neverWaits_forWhatTheDeviceComputes() throws IOException {
    assertThat(List.of("if x.any():", "n = x.item()", "if bool(torch.any(x)):"))
        .allMatch(line -> WAITS.matcher(line).find());
    assertThat(source().lines().filter(line -> WAITS.matcher(line).find())).isEmpty();
  }

  /** A tensor in a condition is read from the device, and no word of the source says so. */
  @Test
  void conditions_lookAtNoTensorsValues() throws IOException {
    List<String> conditions =
        CONDITION
            .matcher(source())
            .results()
            .flatMap(found -> Stream.of(found.group(1).split(" and | or ")))
            .toList();
    assertThat(conditions).contains("self.flash", "logprobs > 0").allMatch(HOST.asMatchPredicate());
    assertThat("x.sum() > 0").doesNotMatch(HOST);
  }

  /** Kernels of processors alone are behind what {@link TorchDevice} decides. */
  @Test
  void kernels_ofProcessors_areInTheirMethodsOnly() throws IOException {
    String method = "";
    for (String line : source("llama.py").lines().toList()) {
      if (line.startsWith("    def ")) {
        method = line.substring(8, line.indexOf('('));
      }
      if (line.contains("ops.mkldnn")
          || line.contains("ops.onednn")
          || line.contains("ops.quantized")) {
        assertThat(method).isIn("pack", "packed_int8", "linear", "linear_int8");
      }
      assertThat(line).doesNotContain("ops.herd");
    }
  }

  /**
   * The archive's writer puts methods in the place of their namesakes, and libtorch checks no more.
   */
  @Test
  void fusedMethods_haveTheSignaturesOfTheirNamesakes() throws IOException {
    Pattern signature = Pattern.compile("^    def (\\w+)\\([^)]*\\) -> .*$", Pattern.MULTILINE);
    Map<String, String> plain =
        signature
            .matcher(source("llama.py"))
            .results()
            .collect(Collectors.toMap(found -> found.group(1), MatchResult::group));
    List<MatchResult> fused = signature.matcher(source("fused.py")).results().toList();
    assertThat(fused).hasSizeGreaterThan(4);
    for (MatchResult method : fused) {
      String name = method.group(1);
      assertThat(plain.getOrDefault(name, method.group())).isEqualTo(method.group());
    }
  }
}
