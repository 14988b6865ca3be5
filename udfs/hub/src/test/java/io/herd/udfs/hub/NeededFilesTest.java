package io.herd.udfs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.UserException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeededFilesTest {
  private static final String INDEX = "model.safetensors.index.json";

  private static List<String> of(String names) {
    return of(names, List.of("model-1.safetensors", "model-2.safetensors"));
  }

  private static List<String> of(String names, List<String> shards) {
    List<ModelManifest.Entry> files =
        Stream.of(names.split(" "))
            .map(name -> new ModelManifest.Entry(name, 1, null, "0".repeat(40)))
            .toList();
    return NeededFiles.of(RepoId.of("a/b"), files, index -> shards).stream()
        .map(ModelManifest.Entry::name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "tokenizer.json model.safetensors config.json, config.json model.safetensors tokenizer.json",
    "config.json tokenizer.json x.bin a.gguf README.md original/config.json model.safetensors"
        + " original/model.safetensors, config.json model.safetensors tokenizer.json",
    "config.json tokenizer.json model-2.safetensors model-1.safetensors "
        + INDEX
        + ", config.json model-1.safetensors model-2.safetensors "
        + INDEX
        + " tokenizer.json",
    "config.json tokenizer.json model-1.safetensors model.safetensors "
        + INDEX
        + ", config.json model.safetensors tokenizer.json"
  })
  void of_model_takesWhatIsNeededSorted(String names, String needed) {
    assertThat(of(names)).containsExactly(needed.split(" "));
  }

  /** A public report's names; names of any kind; parts of an earlier upload. */
  @ParameterizedTest
  @CsvSource({
    "model.safetensors-00001-of-00002.safetensors model.safetensors-00002-of-00002.safetensors, ''",
    "weights-a.safetensors weights-b.safetensors, ''",
    "model-00001-of-00002.safetensors model-00002-of-00002.safetensors, model-00001-of-00005.safetensors",
  })
  void of_shards_areThoseOfTheIndex(String shards, String others) {
    assertThat(
            of(
                "config.json tokenizer.json " + INDEX + " " + shards + " " + others + " x.md",
                List.of(shards.split(" "))))
        .containsExactlyInAnyOrder(
            ("config.json tokenizer.json " + INDEX + " " + shards).split(" "));
  }

  @Test
  void of_shardThatTheRepositoryLacks_isNamed() {
    String there = "config.json tokenizer.json model-1.safetensors " + INDEX;

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> of(there))
        .withMessageStartingWith("a/b lacks model-2.safetensors, which its " + INDEX + " names");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> of(there, List.of()))
        .withMessageStartingWith(INDEX + " of a/b names no files");
  }

  @ParameterizedTest
  @CsvSource({
    "config.json tokenizer.json pytorch_model.bin, no model.safetensors, pytorch_model.bin",
    "config.json tokenizer.json original/x.pth, no model.safetensors, original/x.pth",
    "config.json tokenizer.json model-1.safetensors, no model.safetensors, model-1.safetensors",
    "tokenizer.json model.safetensors, no config.json, tokenizer.json",
    "config.json model.safetensors tokenizer.model, no tokenizer.json, tokenizer.model",
    "README.md, no model.safetensors, nothing of use"
  })
  void of_somethingMissing_namesWhatIsThere(String names, String problem, String there) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> of(names))
        .withMessageContaining(problem)
        .withMessageContaining(there);
  }
}
