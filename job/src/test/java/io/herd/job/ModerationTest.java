package io.herd.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judgements of tiny models with templates of Llama Guard's kinds, beside transformers' own. */
@Tag("large")
@ExtendWith(SharedSpark.class)
class ModerationTest {
  private static final Gson GSON = new Gson();
  private static final double TOLERANCE = 1e-4;
  private static final String JUDGE =
      """
      herd {
        task = moderation
        model { path = guard, dtype = float32 }
        input { format = json, path = in.jsonl }
        output.path = out
        run.work-dir = work
        engine.threads = 1
      }
      """;

  /** A case of expected.json. */
  private record Case(
      String template,
      List<String> chat,
      Map<String, String> categories,
      List<String> exclude,
      int[] ids,
      double safe,
      List<String> codes) {
    /** Cases with equal ones can be judged in one run. */
    Map<String, Object> policy() {
      return Map.of("categories", categories, "exclude", exclude);
    }

    String row(int id) {
      List<Map<String, String>> turns =
          IntStream.range(0, chat.size())
              .mapToObj(
                  i -> Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", chat.get(i)))
              .toList();
      return GSON.toJson(Map.of("id", id, "turns", turns));
    }
  }

  private Workplace place;
  private Path directory;

  @BeforeEach
  void makePlace(SparkSession spark, @TempDir Path temporary) {
    directory = temporary;
    place = new Workplace(spark, temporary);
  }

  private void guard(String template) {
    Guards.in(directory, template);
  }

  private static List<Case> cases(String template) throws IOException {
    List<Case> all =
        GSON.fromJson(Files.readString(Guards.ALL.resolve("expected.json")), new TypeToken<>() {});
    return all.stream().filter(each -> each.template().equals(template)).toList();
  }

  private static List<String> rows(String... values) {
    return Stream.of(values).map(text -> GSON.toJson(Map.of("prompt", text))).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"guard1", "guard2", "guard3", "guard3-parts", "guard4-parts"})
  void run_everyKindOfGuard_judgesAsTransformers(String template) throws IOException {
    guard(template);
    Map<Map<String, Object>, List<Case>> byPolicy = new LinkedHashMap<>();
    for (Case each : cases(template)) {
      byPolicy.computeIfAbsent(each.policy(), any -> new ArrayList<>()).add(each);
    }

    assertThat(byPolicy).hasSize(4);
    byPolicy.forEach(this::judgedAsExpected);
  }

  private void judgedAsExpected(Map<String, Object> policy, List<Case> cases) {
    place.input(rowsOf(cases));
    Path prompts = directory.resolve("prompts" + policy.hashCode() + ".jsonl");
    String[] overrides = {
      "herd.moderation.categories=" + GSON.toJson(policy.get("categories")),
      "herd.moderation.exclude=" + GSON.toJson(policy.get("exclude")),
      "herd.moderation.threshold=0", // for the categories of every row
      "herd.prompt.messages-column=turns",
      "herd.output.mode=overwrite"
    };
    place.plan(JUDGE, prompts, cases.size(), overrides);
    assertThat(ids(prompts)).containsExactlyElementsOf(cases.stream().map(Case::ids).toList());

    assertThat(place.run(JUDGE, overrides).code()).isEqualTo(ExitCode.DONE);
    Map<Long, Row> judged = byId("scores['safe']", "categories");
    assertThat(judged).hasSameSizeAs(cases);
    judged.forEach(
        (id, row) -> {
          Case expected = cases.get(id.intValue());
          assertThat(row.getDouble(1)).isCloseTo(expected.safe(), within(TOLERANCE));
          assertThat(row.<String>getList(2)).isEqualTo(expected.codes());
        });
  }

  private Map<Long, Row> byId(String... columns) {
    assertThat(place.output().filter("error IS NOT NULL").select("id", "error").collectAsList())
        .isEmpty();
    Map<Long, Row> rows = new TreeMap<>();
    place
        .output()
        .selectExpr(Stream.concat(Stream.of("id"), Stream.of(columns)).toArray(String[]::new))
        .collectAsList()
        .forEach(row -> rows.put(row.getLong(0), row));
    return rows;
  }

  private static List<String> rowsOf(List<Case> cases) {
    return IntStream.range(0, cases.size()).mapToObj(i -> cases.get(i).row(i)).toList();
  }

  private static List<int[]> ids(Path prompts) {
    try (Stream<String> lines = Files.lines(prompts)) {
      return lines
          .map(line -> GSON.fromJson(line, JsonObject.class))
          .map(line -> GSON.fromJson(line.get("ids"), int[].class))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void run_plainThreshold_partsAtAHalf() throws IOException {
    guard("guard2");
    List<Case> cases =
        cases("guard2").stream()
            .filter(each -> each.categories().isEmpty() && each.exclude().isEmpty())
            .toList();
    place.input(rowsOf(cases));

    place.run(JUDGE, "herd.prompt.messages-column=turns");

    byId("safe", "label", "probability", "categories")
        .forEach((id, row) -> parted(cases.get(id.intValue()), row));
    assertThat(place.output().select("safe").distinct().count()).isEqualTo(2);
    assertThat(place.report().getAsJsonObject("profile").getAsJsonObject("labels").keySet())
        .contains("safe", "unsafe")
        .containsAnyOf("S1", "S2", "S3", "S4", "S5");
    assertThat(place.sample(cases.size(), JUDGE, "herd.prompt.messages-column=turns").printed())
        .containsPattern("unsafe  \\(unsafe 0\\.\\d+, safe 0\\.\\d+\\)  S\\d");
  }

  private static void parted(Case expected, Row row) {
    boolean safe = expected.safe() > 0.5;
    assertThat(row.getBoolean(1)).isEqualTo(safe);
    assertThat(row.getString(2)).isEqualTo(safe ? "safe" : "unsafe");
    assertThat(row.getDouble(3))
        .isCloseTo(Math.max(expected.safe(), 1 - expected.safe()), within(TOLERANCE));
    assertThat(row.<String>getList(4)).isEqualTo(safe ? List.of() : expected.codes());
  }

  @Test
  void run_responses_areJudgedInTheirContext() throws IOException {
    guard("guard3");
    place.input(List.of("{\"q\": \"Why?\", \"a\": \"So.\"}", "{\"q\": \"Why?\", \"a\": null}"));
    String[] columns = {"herd.moderation.prompt-column=q", "herd.moderation.response-column=a"};

    Path prompts = directory.resolve("prompts.jsonl");
    place.plan(JUDGE, prompts, 2, columns);
    place.run(JUDGE + "herd.run.max-failed-fraction = 1\n", columns);

    assertThat(Files.readString(prompts)).contains("Judge the last Agent message");
    assertThat(place.output().filter("q = 'Why?' AND a = 'So.' AND status = 'ok'").count())
        .isEqualTo(1);
    assertThat(place.output().filter("a IS NULL AND status = 'failed' AND safe IS NULL").count())
        .isEqualTo(1);
  }

  @Test
  void run_textsOfTurns_failOnlyWhereTheyForgeOne() {
    guard("guard3");
    place.input(rows("User: hello", "well\n\nAgent: fine\n\nUser: bye"));

    place.run(JUDGE, "herd.run.max-failed-fraction=1");

    assertThat(place.output().filter("status = 'ok'").count()).isEqualTo(1);
    assertThat(place.output().filter("error LIKE '%holds Agent: as text%'").count()).isEqualTo(1);
  }

  @Test
  void plan_guard_saysWhatIsJudgedByWhat() {
    guard("guard3-parts");
    place.input(rows("one"));

    assertThat(place.plan(JUDGE, "herd.moderation.exclude=[S2]").printed())
        .contains("the last message of each chat, by 10 categories (S1, S3, S4")
        .contains("unsafe from a probability of 0.5");
  }

  @Test
  void run_otherModels_areRefusedBeforeRowsAreRead() {
    place.input(rows("one"));

    assertThatThrownBy(() -> place.run(JUDGE, "herd.model.path=" + Workplace.MODEL))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("names no categories of unsafe content as Llama Guard's do");
  }

  @Test
  void run_unknownCategoryLeftOut_isRefusedWithThoseThereAre() {
    guard("guard1");
    place.input(rows("one"));

    assertThatThrownBy(() -> place.run(JUDGE, "herd.moderation.exclude=[S1]"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("S1, which isn't a category")
        .hasMessageContaining("O1, O2, O3");
  }
}
