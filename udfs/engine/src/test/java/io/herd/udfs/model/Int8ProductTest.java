package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Herd's product of int8 weights by 16-bit activations, against its definition in whole numbers.
 */
class Int8ProductTest {
  private static final int MOST_WEIGHT = 127;
  private static final int MOST_ACTIVATION = 2047;

  private static final String CODE =
      """
      class Product(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def product(self: __torch__.Product, x: Tensor, w: Tensor, scale: Tensor) -> Tensor:
          return ops.herd.multiply(torch.to(x, 2), ops.herd.pack(torch.to(w, 1)), scale)
      """;

  /** Instruction sets with shapes: rows that don't fill a tile, outputs that don't fill a panel. */
  static Stream<Arguments> shapes() {
    return FusedKernels.INSTRUCTIONS.stream()
        .filter(FusedKernels::use)
        .flatMap(
            name ->
                Stream.of(
                    Arguments.of(name, 1, 64, 16),
                    Arguments.of(name, 5, 96, 17),
                    Arguments.of(name, 13, 576, 49),
                    Arguments.of(name, 130, 64, 33),
                    Arguments.of(name, 100, 2048, 3),
                    Arguments.of(name, 7, 8194, 31),
                    Arguments.of(name, 2, 16640, 16)));
  }

  @AfterEach
  void useTheBest() {
    FusedKernels.use(null);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void multiply_anyNumbers_isExact(String instructions, int tokens, int in, int outputs)
      throws Exception {
    Random random = new Random(tokens * 31L + in);
    int[] x = random.ints((long) tokens * in, -MOST_ACTIVATION, MOST_ACTIVATION + 1).toArray();
    int[] w = random.ints((long) outputs * in, -MOST_WEIGHT, MOST_WEIGHT + 1).toArray();
    requireExact(instructions, x, w, in);
  }

  /** Sums are as large as they can be, which 32 bits must hold. */
  @ParameterizedTest
  @MethodSource("shapes")
  void multiply_largestNumbers_isExact(String instructions, int tokens, int in, int outputs)
      throws Exception {
    int[] x = IntStream.range(0, tokens * in).map(i -> MOST_ACTIVATION).toArray();
    int[] w = IntStream.range(0, outputs * in).map(i -> -MOST_WEIGHT).toArray();
    requireExact(instructions, x, w, in);
  }

  private static void requireExact(String instructions, int[] x, int[] w, int in) throws Exception {
    int outputs = w.length / in;
    float[] scales = new float[outputs];
    IntStream.range(0, outputs).forEach(i -> scales[i] = 1 / (1f + i));
    FusedKernels.use(instructions);
    float[] actual = product(x, w, scales, in);

    assertThat(actual).hasSize(x.length / in * outputs);
    for (int i = 0; i < actual.length; i++) {
      int token = i / outputs;
      int output = i % outputs;
      long sum = 0;
      for (int k = 0; k < in; k++) {
        sum += (long) x[token * in + k] * w[output * in + k];
      }
      double expected = (double) sum * scales[output];
      assertThat(Math.abs(actual[i] - expected)).isLessThanOrEqualTo(Math.abs(expected) * 3e-7);
    }
  }

  private static float[] product(int[] x, int[] w, float[] scales, int in) throws Exception {
    try (Model model = Model.newInstance("product", Device.cpu(), "PyTorch");
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      ((PtModel) model)
          .load(new ByteArrayInputStream(TorchScriptArchive.of("Product", CODE)), Map.of());
      NDArray rows = manager.create(x, new Shape(x.length / in, in)).toType(DataType.FLOAT32, true);
      NDArray weights =
          manager.create(w, new Shape(w.length / in, in)).toType(DataType.FLOAT32, true);
      try (IValue a = IValue.from((PtNDArray) rows);
          IValue b = IValue.from((PtNDArray) weights);
          IValue c = IValue.from((PtNDArray) manager.create(scales));
          IValue out =
              IValueUtils.runMethod((PtSymbolBlock) model.getBlock(), "product", a, b, c)) {
        return out.toNDList((PtNDManager) manager).singletonOrThrow().toFloatArray();
      }
    }
  }
}
