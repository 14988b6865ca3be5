package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.herd.udfs.RealModel;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.results.Result;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.runtime.ModelFiles;
import io.herd.udfs.sample.Choice;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.text.Prompt;
import io.herd.udfs.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels after all kinds of prompts' ends, against {@code test-resources/labels}. */
class TransformersLabelsTest {
  private static final Path REFERENCE = Path.of("../test-resources/labels");
  private static final int MOST_TOKENS = 128;
  private static final int CASES = 150;

  /** What transformers found; joint where labels by themselves would have other tokens. */
  private record Case(
      String tokenizer, String prompt, List<String> labels, boolean joint, double[] probabilities) {
    List<Choice> choices() {
      return labels.stream().map(label -> new Choice(label, label)).toList();
    }
  }

  private record Model(Path whole, ModelManifest manifest) implements ModelFiles {
    @Override
    public Path small() {
      return whole;
    }
  }

  @AfterEach
  void unload() throws InterruptedException {
    Engines.closeAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3"})
  void labels_afterAnyEnd_areTransformers(String kind) throws Exception {
    assertAll(REFERENCE.resolve(kind), cases(kind, REFERENCE));
  }

  @Test
  @Tag("real")
  void labels_ofRealModelAfterAnyEnd_areTransformers() throws Exception {
    assertAll(RealModel.folder(), cases("smollm2", REFERENCE));
  }

  /** Another's model and numbers: a label that was encoded alone had 0.49 where 0.00 is right. */
  @Test
  void labels_ofFieldReport_areTransformers() throws Exception {
    Path folder = REFERENCE.resolve("llama2-field");
    assertAll(folder, cases("llama2-field", folder));
  }

  private static void assertAll(Path folder, List<Case> cases) throws Exception {
    Model files = new Model(folder, ModelManifest.ofFolder(folder));
    Tokenizer tokenizer = Engines.tokenizer(files);
    LabelTask task =
        LabelTask.plain(new Labelling(List.of(), "own", Labelling.Normalize.NONE, null, 0, null));
    EngineSettings settings =
        new EngineSettings(
            files.manifest(),
            Dtype.FLOAT32,
            DeviceChoice.CPU,
            4,
            0,
            MOST_TOKENS,
            1,
            0,
            null,
            false,
            true);
    JointLabels joint = new JointLabels(task, tokenizer);
    try (EngineLease engine = Engines.lease(settings, files, List.of(), lost -> {})) {
      LabelSets sets =
          new LabelSets(task, GenerateSettings.trial(1), new int[0], tokenizer, engine);
      for (Case each : cases) {
        PendingRow row = prepared(each, tokenizer, joint);
        assertThat(row.labels() != null).as("%s", each).isEqualTo(each.joint());
        LabelSet set = sets.find(row);
        Result result = set.result("k", List.of(engine.complete(row.ids(), set.group())));
        for (int i = 0; i < each.labels().size(); i++) {
          assertThat(result.scores().get(each.labels().get(i)))
              .as("%s after %s", each.labels().get(i), each.prompt())
              .isCloseTo(each.probabilities()[i], within(1e-3));
        }
      }
    }
  }

  private static PendingRow prepared(Case each, Tokenizer tokenizer, JointLabels joint) {
    Prompt prompt = Prompt.data(each.prompt());
    int[] ids = tokenizer.encode(prompt, false);
    JointLabels.Prepared ready = joint.prepare(prompt, ids, each.choices());
    return new PendingRow("k", ready.ids(), each.choices(), ready.labels(), null);
  }

  private static List<Case> cases(String kind, Path folder) throws IOException {
    String json = Files.readString(folder.resolve("expected.json"));
    List<Case> all = new Gson().fromJson(json, new TypeToken<List<Case>>() {}.getType());
    List<Case> cases = all.stream().filter(each -> each.tokenizer().equals(kind)).toList();
    assertThat(cases).hasSize(folder.equals(REFERENCE) ? CASES : all.size()).isNotEmpty();
    return cases;
  }
}
