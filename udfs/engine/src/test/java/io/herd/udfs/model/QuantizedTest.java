package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checkpoints that the formats' own tools made, and the weights and logits that those tools get.
 */
class QuantizedTest {
  static final Path QUANTIZED = Path.of("../test-resources/quantized");

  private static final Map<String, String> TYPES =
      Map.of("bfloat16", "BF16", "float16", "F16", "float32", "F32");

  /** What a tool makes of one checkpoint; digests are of weights in float32. */
  private record Made(
      String model, Map<String, String> types, Map<String, String> digests, List<Case> cases) {
    Path folder() {
      return QUANTIZED.resolve(model);
    }

    @Override
    public String toString() {
      return model;
    }
  }

  private static List<Made> made() throws IOException {
    String json = Files.readString(QUANTIZED.resolve("expected.json"));
    return new Gson().fromJson(json, new TypeToken<List<Made>>() {}.getType());
  }

  @ParameterizedTest
  @MethodSource("made")
  void open_everyWeight_isTheToolsToTheLastBit(Made made) throws IOException {
    ModelSpec spec = LlamaModel.check(ModelFolder.of(made.folder()));
    Map<String, WeightTensor> tensors = Checkpoint.open(spec, made.folder());
    for (String name : made.digests().keySet()) {
      WeightTensor tensor = tensors.get(name);
      String type = tensor.type().name();
      assertThat(type).as(name).isEqualTo(TYPES.get(made.types().get(name)));
      for (int rows : new int[] {1, 7, 1000}) {
        assertThat(digest(tensor, rows)).as(name).isEqualTo(made.digests().get(name));
      }
    }
  }

  /** Of the numbers in float32, read so many rows at a time. */
  private static String digest(WeightTensor tensor, int rows) throws IOException {
    ByteBuffer read =
        ByteBuffer.allocate((int) Math.min(rows, tensor.rows()) * (int) tensor.rowBytes());
    ByteBuffer floats = ByteBuffer.allocate((int) (tensor.rows() * tensor.columns()) * 4);
    floats.order(ByteOrder.LITTLE_ENDIAN);
    try (Rows open = tensor.open()) {
      for (long first = 0; first < tensor.rows(); first += rows) {
        open.read(first, Math.min(rows, tensor.rows() - first), read);
        ByteBuffer little = read.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (little.hasRemaining()) {
          floats.putFloat(
              switch (tensor.type()) {
                case F32 -> little.getFloat();
                case BF16 -> Float.intBitsToFloat(little.getShort() << 16);
                default -> half(little.getShort());
              });
        }
      }
    }
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(floats.array());
      return HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Of numbers that aren't subnormal, infinite or none. */
  private static float half(short bits) {
    boolean zero = (bits & 0x7fff) == 0;
    int size = zero ? 0 : ((bits & 0x7fff) << 13) + (112 << 23);
    return Float.intBitsToFloat((bits & 0x8000) << 16 | size);
  }

  @ParameterizedTest
  @MethodSource("made")
  void logits_quantized_areThoseOfTheToolsWeights(Made made) {
    assertThat(distance(made, Dtype.FLOAT32)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @MethodSource("made")
  void logits_inCoarserTypes_areNearThem(Made made) {
    assertThat(distance(made, Dtype.BFLOAT16)).isLessThan(0.5);
    assertThat(distance(made, Dtype.INT8)).isLessThan(2.5);
  }

  /**
   * W8A8 is made dense and quantized again, on rotated values: as near to the tool's own weights as
   * int8 of a dense model is to that model (LlamaModelTest.logits_int8_areNearFloat32).
   */
  @ParameterizedTest
  @MethodSource("made")
  void logits_inInt8_areAsNearAsADenseModels(Made made) {
    double error = 0;
    double size = 0;
    try (LlamaModel model = LlamaModel.load(made.folder(), Dtype.INT8, TorchDevice.cpu())) {
      for (Case expected : made.cases()) {
        float[] logits = model.logits(List.of(expected.ids()))[0];
        for (int i = 0; i < logits.length; i++) {
          error += Math.abs(logits[i] - expected.last_logits()[i]);
          size += Math.abs(expected.last_logits()[i]);
        }
      }
    }
    assertThat(error / size).isLessThan(0.06); // 0.025 to 0.048
  }

  private static double distance(Made made, Dtype dtype) {
    double most = 0;
    try (LlamaModel model = LlamaModel.load(made.folder(), dtype, TorchDevice.cpu())) {
      float[][] logits = model.logits(made.cases().stream().map(Case::ids).toList());
      for (int i = 0; i < logits.length; i++) {
        float[] wanted = made.cases().get(i).last_logits();
        for (int j = 0; j < wanted.length; j++) {
          most = Math.max(most, Math.abs(logits[i][j] - wanted[j]));
        }
      }
    }
    return most;
  }
}
