package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * oneDNN multiplies whatever it is given, if need be by plain loops: bytes with a sign did so on
 * processors with VNNI but no AMX, right and 100 times as slow. Its log says which code ran.
 */
class ProductsTest {
  private static final String VARIANT = "heads-of-64";

  /** Of a process of its own, since oneDNN reads the setting of its log once. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "INT8"})
  void products_ofEachType_areMadeByTheProcessorsOwnCode(Dtype dtype) throws Exception {
    Kernels kernels = FusedKernels.of(LlamaModel.spec(TinyRandom.folder(VARIANT)), dtype);
    List<String> products =
        said(dtype)
            .lines()
            .filter(line -> line.matches(".*exec,cpu,(matmul|inner_product).*"))
            .toList();

    if (kernels.seesCache()) {
      assertThat(products).isNotEmpty();
    }
    assertThat(products).noneMatch(line -> line.contains(",ref") || line.contains("gemm:ref"));
  }

  private static String said(Dtype dtype) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder child =
        new ProcessBuilder(
            java.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ProductsTest.class.getName(),
            dtype.name());
    child.environment().put("ONEDNN_VERBOSE", "1");
    Process running = child.redirectErrorStream(true).start();
    String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(running.waitFor()).as(said).isZero();
    return said;
  }

  /** The child: passes of each kind. */
  public static void main(String[] arguments) {
    Dtype dtype = Dtype.valueOf(arguments[0]);
    ModelSpec spec = LlamaModel.spec(TinyRandom.folder(VARIANT));
    try (LlamaModel model = FusedKernelsTest.load(VARIANT, dtype, FusedKernels.of(spec, dtype))) {
      FusedKernelsTest.everything(model, VARIANT);
    }
  }
}
