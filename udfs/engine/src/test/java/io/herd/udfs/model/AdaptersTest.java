package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;


import com.google.gson.Gson;



import com.google.gson.reflect.TypeToken;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.UserException;
import io.herd.udfs.model.ModelFolder.Adapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters as PEFT merges them, or refused by their cause. */
class AdaptersTest {
  private static final Path ADAPTERS = Path.of("../test-resources/adapters");

  @TempDir private Path folder;

  /** What PEFT makes of one model with some adapters, by their weights. */
  private record Merged(
      LinkedHashMap<String, Double> adapters, String model, List<Case> cases) {
    ModelFolder folder() {
      return new ModelFolder(
          TinyRandom.folder(model),
          adapters.entrySet().stream()
              .map(each -> new Adapter(ADAPTERS.resolve(each.getKey()), each.getValue()))
              .toList());
    }

    @Override
    public String toString() {
      return adapters + " of " + model;
    }
  }

  private static List<Merged> merged() throws IOException {
    String json = Files.readString(ADAPTERS.resolve("expected.json"));
    return new Gson().fromJson(json, new TypeToken<List<Merged>>() {}.getType());
  }

  private static float[][] logits(Merged merged, Dtype dtype, int stages) {
    ModelSpec spec = LlamaModel.checkAdapters(merged.folder());
    Placement.Room room = new Placement.Room(TorchDevice.cpu(), 1L << 30);
    Placement placement =
        stages == 1
            ? Placement.single(TorchDevice.cpu(), spec, dtype)
            : Placement.split(spec, dtype, List.of(room, room));
    try (LlamaModel model =
        LlamaModel.load(merged.folder(), dtype, placement, StageLocks.NONE)) {
      return model.logits(merged.cases().stream().map(Case::ids).toList());
    }
  }

  private static double distance(float[][] logits, List<Case> expected) {
    double most = 0;
    for (int i = 0; i < logits.length; i++) {
      for (int j = 0; j < logits[i].length; j++) {
        most = Math.max(most, Math.abs(logits[i][j] - expected.get(i).last_logits()[j]));
      }
    }
    return most;
  }

  @ParameterizedTest
  @MethodSource("merged")
  void load_adapters_givePeftsMergedLogits(Merged merged) {
    assertThat(distance(logits(merged, Dtype.FLOAT32, 1), merged.cases())).isLessThan(1e-4);
    assertThat(distance(logits(merged, Dtype.FLOAT32, 2), merged.cases())).isLessThan(1e-4);
  }
}
