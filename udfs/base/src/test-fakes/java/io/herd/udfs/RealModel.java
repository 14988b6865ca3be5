package io.herd.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.files.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** SmolLM2-135M-Instruct, which must be there and be the very one of the reference numbers. */
public final class RealModel {
  private static final String SHA256 =
      "a0efc45b71d0592322e7ca97b04b681e59ac6b9d96cd7f1b4f60623ea7dd2b5b";

  private RealModel() {}

  /** Its folder. */
  public static Path folder() {
    String folder = System.getenv("HERD_TEST_MODEL");
    assertThat(folder).as("HERD_TEST_MODEL, the folder of SmolLM2-135M-Instruct").isNotBlank();
    try {
      assertThat(Digests.sha256(Path.of(folder, "model.safetensors")))
          .as("SHA-256 of model.safetensors: the reference numbers hold for these weights only")
          .isEqualTo(SHA256);
    } catch (IOException e) {
      throw new AssertionError("HERD_TEST_MODEL has no readable model.safetensors: " + folder, e);
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
}
