package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.hub.ModelLocation;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.results.ResultLog;
import io.herd.udfs.results.ResultWriter;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.Message;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.TemplateArguments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Spark sends the functions to executors with Java's serialization, once a task. */
class SerializationTest {
  private static final int MOST_BYTES = 8 * 1024;

  private static final GenerateSettings GENERATE =
      new GenerateSettings(16, 0, false, List.of("\n"), 1, Sampling.at(0.5), 1, 0);
  private static final LabelTask LABELS =
      new LabelTask(
          new Labelling(
              List.of(new Choice("1", " good")),
              null,
              Labelling.Normalize.LENGTH,
              "N/A",
              0.5,
              new Labelling.Questions("{{ label }}?", " yes", " no", 0.5)),
          Prompt.data("N/A"),
          new int[] {1, 2});
  private static final Path FOLDER = TinyRandom.folder(TinyRandom.GROUPED);
  private static final ModelManifest MANIFEST = ModelManifest.ofFolder(FOLDER);

  private static Object trip(Object function) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(function);
    }
    assertThat(bytes.size()).isLessThan(MOST_BYTES);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes.toByteArray());
    try (ObjectInputStream objects = new ObjectInputStream(in)) {
      return objects.readObject();
    }
  }

  private static EngineSettings engine() {
    return new EngineSettings(
        MANIFEST, Dtype.BFLOAT16, DeviceChoice.AUTO, 0, 0, 512, 0, 0, null, true, true);
  }

  private static Generator generator() {
    return new Generator(new LocalEngine(engine(), files()), files(), GENERATE, LABELS, null);
  }

  private static ExecutorFiles files() {
    return new ExecutorFiles(
        MANIFEST, new ModelLocation.Folder(FOLDER.toString()), List.of(), null, null, null, null);
  }

  @Test
  void loggedGeneration_withoutSparksHandles_survivesTheTrip() throws Exception {
    ResultWriter.Flush flush = new ResultWriter.Flush(500, Duration.ofSeconds(30));
    ResultLog log = new ResultLog("file:/results");
    LoggedGeneration function =
        new LoggedGeneration(generator(), new int[] {1, 2, 3}, log, "a", flush);
    assertThat(trip(function)).usingRecursiveComparison().isEqualTo(function);
  }

  @Test
  void streamedGeneration_survivesTheTrip() throws Exception {
    StreamedGeneration function = new StreamedGeneration(generator());
    assertThat(trip(function)).usingRecursiveComparison().isEqualTo(function);
  }

  @Test
  void promptFunction_withChatTemplate_survivesTheTrip() throws Exception {
    PromptSettings settings =
        new PromptSettings(
            null,
            "Say {{ text }}",
            List.of(new Message("user", "{{ text }}")),
            null,
            "Be brief.",
            PromptSettings.Chat.ON,
            PromptSettings.SpecialTokens.TEXT,
            "26 Jul 2024",
            PromptSettings.OnOverflow.TRUNCATE_END,
            "text",
            TemplateArguments.NONE);
    PromptFunction function =
        new PromptFunction(
            settings,
            files(),
            new ChatTemplate("{{ messages }}", "<s>", "</s>", Map.of()),
            new Examples("{{ label }}", List.of(Map.of("text", "a", "label", "b"))),
            List.of("<s>", "</s>"),
            ResultKey.of(MANIFEST, Dtype.FLOAT32, false, GENERATE, LABELS),
            LABELS,
            512,
            2048,
            GENERATE,
            new InputColumns(List.of("text", "own", "budget"), "own", "budget", null),
            true);
    assertThat(trip(function)).usingRecursiveComparison().isEqualTo(function);
    PromptColumn column = new PromptColumn(function);
    assertThat(trip(column)).usingRecursiveComparison().isEqualTo(column);
  }

  @Test
  void promptTexts_survivesTheTrip() throws Exception {
    PromptTexts function = new PromptTexts(files());
    assertThat(trip(function)).usingRecursiveComparison().isEqualTo(function);
  }

  @Test
  void speedFunction_survivesTheTrip() throws Exception {
    SpeedFunction function = new SpeedFunction(new LocalEngine(engine(), files()));
    assertThat(trip(function)).isEqualTo(function);
  }
}
