package io.herd.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.files.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** SmolLM2-135M-Instruct, which must be there and be the very one of the reference numbers. */
public final class RealModel {
  private static final String MODEL =
      "a0efc45b71d0592322e7ca97b04b681e59ac6b9d96cd7f1b4f60623ea7dd2b5b";

  private static final String ADAPTER =
      "e4e224e13a7d1778e940add961f2cc38b8af56840030efb45adb76ce61ee09a5";

  private RealModel() {}

  /** Its folder. */
  public static Path folder() {
    return folder("HERD_TEST_MODEL", "model.safetensors", MODEL);
  }

  /** The folder of a LoRA adapter for it, which {@code smollm2/adapter.py} makes. */
  public static Path adapter() {
    return folder("HERD_TEST_ADAPTER", "adapter_model.safetensors", ADAPTER);
  }

  private static Path folder(String variable, String weights, String sha256) {
    String folder = System.getenv(variable);
    assertThat(folder).as("%s, the folder that holds %s", variable, weights).isNotBlank();
    try {
      assertThat(Digests.sha256(Path.of(folder, weights)))
          .as("SHA-256 of %s: the reference numbers hold for these weights only", weights)
          .isEqualTo(sha256);
    } catch (IOException e) {
      throw new AssertionError(variable + " has no readable " + weights + ": " + folder, e);
    }
    return Path.of(folder);
  }

  /** Numbers that {@code smollm2/make.py} made with transformers. */
  public static <T> T reference(String name, TypeToken<T> type) {
    try {
      String json = Files.readString(Path.of("../test-resources/smollm2", name));
      return new Gson().fromJson(json, type.getType());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every third of them: all take minutes. */
  public static <T> List<T> sample(List<T> all) {
    return IntStream.range(0, all.size()).filter(i -> i % 3 == 0).mapToObj(all::get).toList();
  }
}
