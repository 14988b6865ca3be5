package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.grammar.CountedField;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class ProfileSumsTest {
  private static final ParsedFields NONE = new ParsedFields(List.of());

  private static Object list(String... values) {
    return CollectionConverters.asScala(List.of(values)).toSeq();
  }

  private static Row ok(int prompt, int completion, String label) {
    return RowFactory.create(
        true, prompt, completion, list("stop"), list(label), null, "r", null, 0.95);
  }

  private static Row failed(String error, String id) {
    return RowFactory.create(false, 0, 0, null, null, error, id, null, null);
  }

  private static ProfileSums sums(Row... rows) {
    ProfileSums sums = new ProfileSums();
    List.of(rows).forEach(sums::add);
    return sums;
  }

  @Test
  void add_inAnyOrder_comesToTheSame() {
    Row[] one = {ok(31, 0, "a"), ok(100, 5, "b"), failed("12 is too long", "r9")};
    Row[] other = {ok(3, 1, "b"), failed("7 is too long", "r1"), failed("no prompt", null)};

    Profile profile = sums(one).add(sums(other)).profile(NONE);

    assertThat(profile).isEqualTo(sums(other).add(sums(one)).profile(NONE));
    assertThat(profile.promptTokens().binWidth()).isEqualTo(4);
    assertThat(profile.promptTokens().rows())
        .hasSize(26)
        .startsWith(1L)
        .endsWith(1L)
        .satisfies(rows -> assertThat(rows.get(7)).isEqualTo(1));
    assertThat(profile.completionTokens().rows()).containsExactly(1L, 1L, 0L, 0L, 0L, 1L);
    assertThat(profile.finishReasons()).isEqualTo(Map.of("stop", 3L));
    assertThat(profile.labels()).containsExactly(Map.entry("b", 2L), Map.entry("a", 1L));
    assertThat(profile.probabilities()).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 3L);
    assertThat(profile.failures())
        .containsExactly(
            new Profile.Failures("# is too long", 2, List.of("r1", "r9")),
            new Profile.Failures("no prompt", 1, List.of()));
  }

  @Test
  void add_fieldsOfJson_areCountedByValueOrByFullLength() {
    ParsedFields fields =
        new ParsedFields(
            List.of(new CountedField("stars", true, -1), new CountedField("quote", false, 40)));
    ProfileSums sums = new ProfileSums();
    for (int i = 0; i < 10; i++) {
      sums.add(
          RowFactory.create(
              true, 1, 1, list("stop"), null, null, "r", parsed(i < 7 ? "1" : "5", i < 2), null));
    }

    assertThat(new ProfileSums().add(sums).profile(fields).parsed())
        .containsExactly(
            new Profile.Field("stars", Map.of("1", 7L, "5", 3L), null, null),
            new Profile.Field("quote", null, 40, 2L));
    assertThat(new ProfileSums().profile(fields).parsed()).isEmpty();
  }

  private static Object parsed(String stars, boolean full) {
    return CollectionConverters.asScala(Arrays.asList(stars, full ? "full" : null)).toSeq();
  }

  @Test
  void add_moreThanIsKeptApart_isSummedUp() {
    ProfileSums sums = new ProfileSums();
    for (int i = 0; i < 300; i++) {
      sums.add(ok(1, 1, "label " + i));
      sums.add(failed("reason " + (char) ('a' + i), "row " + i));
    }

    Profile profile = sums.profile(NONE);

    assertThat(profile.labels()).hasSize(200);
    assertThat(profile.otherLabels()).isEqualTo(100);
    assertThat(profile.failures()).hasSize(51);
    assertThat(profile.failures().get(0).reason()).isEqualTo("other reasons");
    assertThat(profile.failures().get(0).rows()).isEqualTo(250);
    assertThat(profile.failures())
        .allSatisfy(each -> assertThat(each.examples().size()).isBetween(1, 3));
  }
}
