package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelManifestTest {
  @TempDir private Path folder;
  private ModelManifest manifest;

  @BeforeEach
  void describe() {
    TinyRandom.copy("sharded-f16", folder);
    manifest = ModelManifest.ofFolder(folder);
  }

  @Test
  void ofFolder_model_listsItsFilesSorted() throws IOException {
    assertThat(manifest.files()).extracting(ModelManifest.Entry::name).isSorted().hasSize(7);
    assertThat(manifest.id()).isEqualTo(folder.getFileName().toString());
    ModelManifest.Entry config = manifest.files().get(0);
    assertThat(config.name()).isEqualTo("config.json");
    assertThat(config.bytes()).isEqualTo(Files.size(folder.resolve("config.json")));
    assertThat(manifest.bytes()).isGreaterThan(150_000);
  }

  @Test
  void ofFolder_noFolder_saysWhatToSet() {
    Path missing = folder.resolve("missing");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelManifest.ofFolder(missing))
        .withMessageStartingWith("there is no folder " + missing)
        .withMessageContaining("set herd.model.path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "notes.json", "x.bin", "chat_template.jinja", "model.gguf"})
  void digest_unrelatedFileAdded_isTheSame(String name) throws IOException {
    Files.writeString(folder.resolve(name), "anything");
    assertThat(ModelManifest.ofFolder(folder).digest()).isEqualTo(manifest.digest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "model-00002-of-00003.safetensors"
      })
  void digest_fileOfTheModelChanged_differs(String name) throws IOException {
    Files.writeString(folder.resolve(name), "{}");
    assertThat(ModelManifest.ofFolder(folder).digest()).isNotEqualTo(manifest.digest());
  }

  @Test
  void digest_otherFolderWithTheSameFiles_isTheSame(@TempDir Path other) {
    TinyRandom.copy("sharded-f16", other);
    assertThat(ModelManifest.ofFolder(other).digest()).isEqualTo(manifest.digest());
  }

  @Test
  void verify_sameFiles_passes(@TempDir Path other) throws IOException {
    TinyRandom.copy("sharded-f16", other);
    Files.writeString(other.resolve("README.md"), "not of the model");
    manifest.verify(other);
    assertThat(ModelManifest.ofFolder(other).files()).isEqualTo(manifest.files());
  }

  private void assertNamed(String name) {
    assertThatExceptionOfType(SystemException.class)
        .isThrownBy(() -> manifest.verify(folder))
        .withMessage(
            folder.resolve(name)
                + " is missing or not the file that the driver has: every node needs the same"
                + " model folder at the same path");
  }

  @Test
  void verify_oneBitDiffers_namesTheFile() throws IOException {
    Path shard = folder.resolve("model-00002-of-00003.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length - 1] ^= 1;
    Files.write(shard, bytes);
    assertNamed("model-00002-of-00003.safetensors");
  }

  @Test
  void verify_fileMissing_namesIt() throws IOException {
    Files.delete(folder.resolve("config.json"));
    assertNamed("config.json");
  }

  /** The digest is the model's part of results' keys: this one is of version 0.1.0. */
  @Test
  void digest_adapters_areInItWithWeightAndOrder() {
    Path adapters = Path.of("../test-resources/adapters");
    ModelManifest names = ModelManifest.ofAdapter(adapters.resolve("names"));
    ModelManifest layers = ModelManifest.ofAdapter(adapters.resolve("layers"));
    assertThat(manifest.digest())
        .isEqualTo("62c8a88d1b452904e9d9b3053523ebbe81f6200f009371817355ed416fe49344");
    assertThat(manifest.with(List.of()).digest()).isEqualTo(manifest.digest());
    assertThat(
            Stream.of(
                    manifest,
                    manifest.with(List.of(new ModelManifest.Adapter(names, 1))),
                    manifest.with(List.of(new ModelManifest.Adapter(names, 0.5))),
                    manifest.with(List.of(new ModelManifest.Adapter(layers, 1))),
                    both(names, layers),
                    both(layers, names))
                .map(ModelManifest::digest))
        .doesNotHaveDuplicates();
  }

  private ModelManifest both(ModelManifest first, ModelManifest second) {
    return manifest.with(
        List.of(new ModelManifest.Adapter(first, 1), new ModelManifest.Adapter(second, 1)));
  }

  @Test
  void ofAdapter_whatATrainerLeaves_isntCounted() throws IOException {
    Files.copy(
        Path.of("../test-resources/adapters/names/adapter_config.json"),
        folder.resolve("adapter_config.json"));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelManifest.ofAdapter(folder))
        .withMessageStartingWith("there is no " + folder.resolve("adapter_model.safetensors"));
    Files.writeString(folder.resolve("adapter_model.safetensors"), "x");
    assertThat(ModelManifest.ofAdapter(folder).files())
        .extracting(ModelManifest.Entry::name)
        .containsExactly("adapter_config.json", "adapter_model.safetensors");
  }
}
