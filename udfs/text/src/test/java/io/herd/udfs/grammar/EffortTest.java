package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Schemas of a few kilobytes that took minutes, hours, or all memory to compile. */
class EffortTest {
  private static final String SLOW_PATTERN =
      "{\"type\": \"string\", \"pattern\": \"^(a|b)*a(a|b){11}$\"}";

  private static String several(int count, IntFunction<String> each) {
    return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining(", "));
  }

  private static String required(String name) {
    return "{\"required\": [\"" + name + "\"]}";
  }

  private static String properties(int count, IntFunction<String> each) {
    return "{\"properties\": {" + several(count, i -> "\"p" + i + "\": " + each.apply(i)) + "}}";
  }

  /** The field report: all pairs of alternatives, and of names without a type. */
  private static String choices(int count) {
    IntFunction<String> either =
        i -> "{\"anyOf\": [" + required("a" + i) + ", " + required("b" + i) + "]}";
    return "{\"allOf\": [" + several(count, either) + "]}";
  }

  /** Each names the next one twice. */
  private static String twice(int depth) {
    IntFunction<String> next =
        i ->
            String.format(
                Locale.ROOT,
                "\"d%d\": {\"allOf\": [{\"$ref\": \"#/$defs/d%d\"}, {\"$ref\": \"#/$defs/d%d\"}]}",
                i,
                i + 1,
                i + 1);
    return String.format(
        Locale.ROOT,
        "{\"$ref\": \"#/$defs/d0\", \"$defs\": {%s, \"d%d\": {\"type\": \"string\"}}}",
        several(depth, next),
        depth);
  }

  private static String chain(int length) {
    IntFunction<String> next =
        i -> String.format(Locale.ROOT, "\"d%d\": {\"$ref\": \"#/$defs/d%d\"}", i, i + 1);
    return String.format(
        Locale.ROOT,
        "{\"$ref\": \"#/$defs/d0\", \"$defs\": {%s, \"d%d\": {\"type\": \"null\"}}}",
        several(length, next),
        length);
  }

  private static String words(int count, String prefix) {
    return "{\"enum\": [" + several(count, i -> "\"" + prefix + i + "\"") + "]}";
  }

  static Stream<Arguments> explosions() {
    return Stream.of(
        Arguments.of("choices", choices(6)),
        Arguments.of("many choices", choices(30)),
        Arguments.of("references twice each", twice(30)),
        Arguments.of("patterns", properties(400, i -> SLOW_PATTERN)),
        Arguments.of("names", "{\"required\": [" + several(20_000, i -> "\"p" + i + "\"") + "]}"),
        Arguments.of(
            "words", "{\"allOf\": [" + words(20_000, "v") + ", " + words(20_000, "w") + "]}"),
        Arguments.of("a long chain", chain(20_000)),
        Arguments.of(
            "long names",
            "{\"" + "x".repeat(1_000_000) + "\": [" + several(100_000, i -> "{}") + "]}"),
        Arguments.of(
            "items that differ",
            "{\"type\": \"array\", \"uniqueItems\": true, \"items\": " + words(20_000, "v") + "}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("explosions")
  @Timeout(60)
  void schema_thatExplodes_isRefusedSoonWithCauseAndRemedy(String name, String schema) {
    assertThatThrownBy(() -> Format.jsonSchema(schema).check())
        .as(name)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.format.json-schema")
        .hasMessageMatching(
            "(?s).*(steps to compile|states are the most|too many combinations|lead to each other).*")
        .hasMessageContaining("What to do: ");
  }

  /** Each level was looked at twice: thirty of them took the type of a column for ever. */
  @Test
  @Timeout(60)
  void column_ofADeepSchema_isFoundSoon() {
    String schema = "{\"type\": \"string\"}";
    for (int depth = 0; depth < 60; depth++) {
      schema = depth % 2 == 0 ? "{\"properties\": {\"a\": " + schema + "}}" : either(schema);
    }
    Format deep = Format.jsonSchema(schema);

    assertThat(deep.column().orElseThrow().ddl()).startsWith("struct<").hasSizeLessThan(2_000);
    assertThat(Texts.accepts(deep, "null")).isTrue();
  }

  private static String either(String schema) {
    return "{\"anyOf\": [{\"type\": \"null\"}, " + schema + "]}";
  }

  @Test
  @Timeout(60)
  void schema_thatIsLarge_isCompiled() {
    Format large =
        Format.jsonSchema(properties(300, i -> "{\"type\": \"string\", \"format\": \"date\"}"));

    assertThat(Texts.accepts(large, "{\"p0\":\"2026-11-30\",\"p299\":\"2026-12-01\"}")).isTrue();
    assertThat(Texts.accepts(large, "{\"p0\":\"today\"}")).isFalse();
  }

  @Test
  void spend_theLastStep_isAllowedAndTheNextOneNot() {
    Effort effort = new Effort("herd.format.regex");
    effort.spend(Effort.MOST_STEPS);

    assertThatThrownBy(() -> effort.spend(1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.format.regex: its parts multiply");
    assertThat(effort.left()).isZero();
  }
}
