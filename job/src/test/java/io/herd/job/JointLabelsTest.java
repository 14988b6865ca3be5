package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A tokenizer that gives a label by itself a space of its own, as Llama 2's does. */
@ExtendWith(SharedSpark.class)
class JointLabelsTest {
  private static final Path REFERENCE = Path.of("../udfs/test-resources/labels").toAbsolutePath();
  private static final int ROWS = 30;

  private static final String LABEL =
      """
      herd {
        model { path = "%s", dtype = float32 }
        input { format = json, path = in.jsonl }
        prompt { column = prompt, chat = off }
        choices-column = own
        output.path = out
        run.work-dir = work
        engine.threads = 1
      }
      """
          .formatted(REFERENCE.resolve("llama2").normalize());

  private static final String FIXED = "herd { choices-column = null, choices = [A, B] }\n";

  private record Case(
      String tokenizer, String prompt, List<String> labels, double[] probabilities) {}

  private record Line(String id, String prompt, List<String> own) {}

  private Workplace place;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path directory) {
    place = new Workplace(spark, directory);
  }

  /** Those whose labels differ without the space around them, by which scores are stored. */
  private static List<Case> cases() throws IOException {
    String json = Files.readString(REFERENCE.resolve("expected.json"));
    List<Case> all = new Gson().fromJson(json, new TypeToken<List<Case>>() {}.getType());
    return all.stream()
        .filter(each -> each.tokenizer().equals("llama2"))
        .filter(each -> each.labels().stream().map(String::strip).distinct().count() > 1)
        .filter(
            each ->
                each.labels().stream().map(String::strip).distinct().count()
                    == each.labels().size())
        .limit(ROWS)
        .toList();
  }

  private void input(List<Line> lines) {
    place.input(lines.stream().map(new Gson()::toJson).toList());
  }

  private double score(String id, String label) {
    Row row = place.row(id);
    Map<String, Double> scores = row.getJavaMap(row.fieldIndex("scores"));
    return scores.get(label);
  }

  private static double odds(double p) {
    return p / (1 - p);
  }

  @Test
  void run_anyPromptsAndLabels_areTransformers() throws IOException {
    List<Case> cases = cases();
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      lines.add(new Line("r" + i, cases.get(i).prompt(), cases.get(i).labels()));
    }
    input(lines);

    place.run(LABEL);

    assertThat(cases).hasSize(ROWS);
    for (int i = 0; i < cases.size(); i++) {
      Case each = cases.get(i);
      for (int j = 0; j < each.labels().size(); j++) {
        assertThat(score("r" + i, each.labels().get(j).strip()))
            .as("%s", each)
            .isCloseTo(each.probabilities()[j], within(1e-3));
      }
    }
    place.run(LABEL);
    assertThat(place.reported("rows_generated")).as("the results are found again").isZero();
  }

  @Test
  void run_fixedLabels_areThoseOfRowsOwnInAllWays() {
    input(
        List.of(
            new Line("open", "The letter is (", List.of("A", "B")),
            new Line("line", "The letter is\n", List.of("A", "B")),
            new Line("free", "N/A", List.of("A", "B"))));
    place.run(LABEL);
    double open = score("open", "A");
    double line = score("line", "A");
    double free = score("free", "A");

    place.run(LABEL + FIXED);
    assertThat(score("open", "A")).isCloseTo(open, within(1e-4));
    assertThat(score("line", "A")).isCloseTo(line, within(1e-4));
    assertThat(place.report().get("label_share").getAsDouble()).isBetween(0.0, 1.0);

    place.run(LABEL + FIXED, "herd.labelling.calibrate=true");
    assertThat(score("free", "A")).isCloseTo(0.5, within(1e-4));
    assertThat(odds(score("open", "A"))).isCloseTo(odds(open) / odds(free), within(1e-2));

    place.run(LABEL + FIXED, "herd.labelling.normalize=length");
    assertThat(odds(score("open", "A"))).as("one token each").isCloseTo(odds(open), within(1e-2));
  }

  @Test
  void run_multi_asksAfterThePromptAsOneText() {
    input(
        List.of(
            new Line("asked", "It is", List.of("A")),
            new Line("pair", "It is A? yes", List.of("!"))));
    String multi =
        LABEL
            + "herd { choices-column = null, choices = [A], labelling { multi = true,"
            + " question = \" {{ label }}?\", yes = \" yes\", no = \" no\" } }\n";
    place.run(multi);
    double asked = score("asked", "A");

    input(List.of(new Line("asked", "It is A?", List.of(" yes", " no"))));
    place.run(LABEL, "herd.output.mode=overwrite");
    assertThat(score("asked", "yes")).isCloseTo(asked, within(1e-4));
  }

  @Test
  void query_label_isTheRuns() {
    input(List.of(new Line("open", "The letter is (", List.of("A", "B"))));
    place.run(LABEL);
    double expected = score("open", "A");

    SparkSession session = place.spark().newSession();
    session.conf().set("spark.herd.model.path", REFERENCE.resolve("llama2").normalize().toString());
    session.conf().set("spark.herd.model.dtype", "float32");
    session.conf().set("spark.herd.prompt.chat", "off");
    session.conf().set("spark.herd.engine.threads", "1");
    Row row =
        session.sql("SELECT herd_label('The letter is (', array('A', 'B')).scores['A']").head();
    assertThat(row.getDouble(0)).isCloseTo(expected, within(1e-4));
  }
}
