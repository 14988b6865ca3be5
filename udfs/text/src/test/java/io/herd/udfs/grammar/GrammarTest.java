package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {
  private static final Set<Integer> ENDS = Set.of(Texts.END);
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "maxLength": 5}, "n": {"type": "integer", "minimum": 0}}}""";

  private static Grammar grammar(Format format, String... pieces) {
    return Grammar.of(format, Texts.vocabulary(false, pieces), ENDS);
  }

  private static Vocabulary letters(boolean dropsFirstSpace, String... tokens) {
    List<byte[]> all = new ArrayList<>();
    for (String token : tokens) {
      all.add(token.getBytes(StandardCharsets.UTF_8));
    }
    return new Vocabulary(all, dropsFirstSpace);
  }

  /** What a mask must say, from its definition: by trying out every way on. */
  private static boolean canEnd(Pattern regex, String text, int left, List<String> tokens) {
    return regex.matcher(text).matches()
        || (left > 0
            && couldGoOn(regex, text)
            && tokens.stream().anyMatch(token -> canEnd(regex, text + token, left - 1, tokens)));
  }

  private static boolean couldGoOn(Pattern regex, String text) {
    Matcher matcher = regex.matcher(text);
    return matcher.matches() || matcher.hitEnd();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(?:ab)*c", "a{3}", "a+b?c", "(?:aab|b)c?", "[abc]{2,4}", "abcabc|a"})
  void mask_everyStateAndBudget_allowsWhatCanStillEndAndNothingElse(String regex) {
    List<String> tokens = List.of("a", "b", "c", "ab", "abc", "ca", "aab", "#");
    Set<Integer> ends = Set.of(7);
    Grammar grammar =
        Grammar.of(Format.regex(regex), letters(false, tokens.toArray(String[]::new)), ends);
    Pattern java = Pattern.compile(regex);
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 60; round++) {
      int left = grammar.leastTokens() + random.nextInt(4);
      Constraint constraint = grammar.newConstraint();
      String text = "";
      while (left > 0) {
        Mask mask = constraint.allowed(left);
        List<Integer> allowed = new ArrayList<>();
        for (int id = 0; id < 7; id++) {
          boolean expected = canEnd(java, text + tokens.get(id), left - 1, tokens.subList(0, 7));
          assertThat(mask.allows(id))
              .as("%s after %s, %d left", tokens.get(id), text, left)
              .isEqualTo(expected);
          if (expected) {
            allowed.add(id);
          }
        }
        assertThat(mask.allows(7))
            .as("the end after %s", text)
            .isEqualTo(java.matcher(text).matches());
        assertThat(constraint.whole()).isEqualTo(java.matcher(text).matches());
        if (allowed.isEmpty()) {
          break;
        }
        int id = allowed.get(random.nextInt(allowed.size()));
        assertThat(constraint.take(id)).isTrue();
        text += tokens.get(id);
        left--;
      }
      assertThat(text).matches(java);
    }
  }

  @Test
  void leastTokens_longerTokens_countOnceEach() {
    assertThat(grammar(Format.regex("abcdef")).leastTokens()).isEqualTo(6);
    assertThat(grammar(Format.regex("abcdef"), "abc", "cdef").leastTokens()).isEqualTo(3);
    assertThat(grammar(Format.regex("abcdef|xy"), "abc").leastTokens()).isEqualTo(2);
    assertThat(grammar(Format.regex("a*")).leastTokens()).isZero();
  }

  @Test
  void of_bytesMissing_isRefused() {
    Vocabulary noX = letters(false, "a", "b");
    assertThatThrownBy(() -> Grammar.of(Format.regex("ax"), noX, Set.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.format.regex: the model's tokens can't spell any text");
    assertThat(Grammar.of(Format.regex("ax|b"), noX, Set.of()).newConstraint().allowed(9).allows(0))
        .as("the start of what can't be spelled to its end")
        .isFalse();
  }

  @Test
  void mask_firstSpaceIsDropped_countsForTheText() {
    Vocabulary vocabulary = letters(true, " a", "a", " ", "b");
    Grammar grammar = Grammar.of(Format.choice(List.of("a", " b")), vocabulary, Set.of());
    Mask start = grammar.newConstraint().allowed(3);
    assertThat(List.of(start.allows(0), start.allows(1), start.allows(2), start.allows(3)))
        .containsExactly(true, true, true, false);
    Constraint spaced = grammar.newConstraint();
    for (int id : new int[] {2, 2, 3}) {
      assertThat(spaced.take(id)).isTrue();
    }
    assertThat(spaced.finished()).isTrue();
    assertThat(grammar.leastTokens()).isEqualTo(1);
  }

  @Test
  void take_whatIsNotAllowed_isToldAndStaysSo() {
    Constraint constraint = grammar(Format.regex("ab")).newConstraint();
    assertThat(constraint.take('b')).isFalse();
    assertThat(constraint.take('a')).isFalse();
    assertThat(constraint.whole()).isFalse();
    Constraint ended = grammar(Format.regex("<end>")).newConstraint();
    assertThat(ended.take(Texts.END + 1)).as("no such token").isFalse();
  }

  @Test
  void mask_endOfTextToken_isNeverPartOfAText() {
    Constraint constraint = grammar(Format.regex("(<end>)*")).newConstraint();
    assertThat(constraint.allowed(9).allows(Texts.END)).as("as an end").isTrue();
    constraint.take('<');
    assertThat(constraint.allowed(9).allows(Texts.END)).isFalse();
  }

  @Test
  void mask_sameStateAndRoom_isTheSameObject() {
    Grammar grammar = grammar(Format.jsonSchema(SCHEMA));
    assertThat(grammar.newConstraint().allowed(500))
        .isSameAs(grammar.newConstraint().allowed(400))
        .isNotSameAs(grammar.newConstraint().allowed(1));
  }

  @Test
  void write_everyBudgetFromTheLeast_endsInTime() {
    Grammar grammar = grammar(Format.jsonSchema(SCHEMA), "{\"", "name", "\":", "\"}", "\"");
    Vocabulary vocabulary = Texts.vocabulary(false, "{\"", "name", "\":", "\"}", "\"");
    SplittableRandom random = new SplittableRandom(3);
    assertThat(grammar.leastTokens()).isEqualTo(5);
    for (int budget = grammar.leastTokens(); budget < 40; budget++) {
      Texts.Written written = Texts.write(grammar, ENDS, budget, random);
      assertThat(written.ids()).hasSizeLessThanOrEqualTo(budget);
      assertThat(Texts.accepts(Format.jsonSchema(SCHEMA), written.text(vocabulary))).isTrue();
    }
  }
}
