package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights in several files, as {@code model.safetensors.index.json} lists them. */
class WeightFilesTest {
  @TempDir private Path outside;
  private Path folder;
  private Path index;

  @BeforeEach
  void copy() throws IOException {
    folder = Files.createDirectory(outside.resolve("model"));
    TinyRandom.copy("sharded-f16", folder);
    Files.copy(
        folder.resolve("model-00001-of-00003.safetensors"), outside.resolve("x.safetensors"));
    index = folder.resolve("model.safetensors.index.json");
  }

  private void assertRefused(String problem) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.check(ModelFolder.of(folder)))
        .withMessageStartingWith(problem)
        .withMessageContaining("What to do: fetch");
  }

  private void assertNoWeights(String name) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> LlamaModel.check(ModelFolder.of(folder)))
        .withMessageStartingWith(index + " names " + name.replace("\\u0000", "\0"))
        .withMessageContaining("no file of safetensors in its folder");
  }

  @Test
  void check_threeShards_areOneModel() {
    assertThat(WeightFiles.in(folder)).hasSize(3);
    assertThat(LlamaModel.check(ModelFolder.of(folder)).layers()).isEqualTo(2);
  }

  @Test
  void check_relativeFolder_findsItsShards() {
    Path relative = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
    assertThat(LlamaModel.check(ModelFolder.of(relative)).layers()).isEqualTo(2);
  }

  @Test
  void check_shardIsMissing_namesIt() throws IOException {
    Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
    assertRefused(
        "model.safetensors.index.json names model-00002-of-00003.safetensors, which isn't in "
            + folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x.safetensors", "a/../../x.safetensors", "..", ".", "", "\\u0000", "a.bin"})
  void check_pathOutsideTheFolder_isRefused(String name) throws IOException {
    Files.writeString(index, "{\"weight_map\": {\"lm_head.weight\": \"" + name + "\"}}");
    assertNoWeights(name);
  }

  @Test
  void check_absolutePath_isRefused() throws IOException {
    Path absolute = outside.resolve("x.safetensors").toAbsolutePath();
    Files.writeString(index, "{\"weight_map\": {\"lm_head.weight\": \"" + absolute + "\"}}");
    assertNoWeights(absolute.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'weight_map': []}", "{'weight_map': {'a': null}}", "{'weight_map': 3}"})
  void check_noMap_saysSo(String json) throws IOException {
    Files.writeString(index, json);
    assertRefused(index + " has no weight_map of names");
  }
}
