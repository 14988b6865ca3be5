package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.model.LlamaScript.Weight;
import io.herd.udfs.model.WeightLayout.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class WeightLoaderTest {
  private final int before = TorchThreads.used();

  @AfterEach
  void restoreThreads() {
    use(before);
  }

  private static void use(int threads) {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
  }

  private static float[][] logits(String variant, Dtype dtype, int threads) {
    use(threads);
    Path folder = TinyRandom.folder(variant);
    try (LlamaModel model = LlamaModel.load(folder, dtype, TorchDevice.cpu())) {
      assertThat(TorchThreads.used()).isEqualTo(threads);
      use(1);
      return model.logits(TinyRandom.cases(variant).stream().map(TinyRandom.Case::ids).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "INT8"})
  void load_bySeveralThreads_givesTheBitsOfOne(Dtype dtype) {
    for (String variant : List.of("llama32-tied", "stored-bf16", "sharded-f16")) {
      assertThat(logits(variant, dtype, 3)).isDeepEqualTo(logits(variant, dtype, 1));
    }
  }

  @Test
  void deal_matricesOfDifferentSizes_givesEachOnceAndSharesOfAboutTheSameSize() {
    List<Matrix> matrices = new ArrayList<>();
    for (int layer = 0; layer < 10; layer++) {
      matrices.add(matrix(Weight.O_PROJ, layer, 100));
      matrices.add(matrix(Weight.GATE_UP_PROJ, layer, 700));
    }
    matrices.add(matrix(Weight.EMBED_TOKENS, 0, 3000));
    List<List<Matrix>> shares = WeightLoader.deal(matrices, 3);
    assertThat(shares.stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(matrices);
    assertThat(shares)
        .extracting(share -> share.stream().mapToLong(Matrix::elements).sum())
        .allSatisfy(elements -> assertThat(elements).isBetween(3000L * 8, 4400L * 8));
  }

  private static Matrix matrix(Weight name, int layer, long rows) {
    StoredTensor tensor =
        new StoredTensor(Path.of("any"), ElementType.F32, new long[] {rows, 8}, 0);
    return new Matrix(name, layer, 8, List.of(Stored.plain(tensor)));
  }

  @Test
  void all_oneFails_throwsItsReasonWhenTheOthersHaveEnded() {
    CountDownLatch ended = new CountDownLatch(1);
    TorchThreads.Job fails =
        () -> {
          throw new IOException("unplugged");
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> TorchThreads.all(List.of(fails, ended::countDown)))
        .withMessage("unplugged");
    assertThat(ended.getCount()).isZero();
  }
}
