package io.herd.udfs.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our reading of regular expressions against Java's. */
class RegexParserTest {
  private static final String ALPHABET = "ab1- \n\"é";

  private static List<String> texts() {
    List<String> all = new ArrayList<>(List.of(""));
    for (int from = 0, length = 0; length < 4; length++) {
      int to = all.size();
      for (; from < to; from++) {
        String text = all.get(from);
        ALPHABET.chars().forEach(c -> all.add(text + (char) c));
      }
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "ab|1",
        "(?:a|b)*1?",
        "(a|b){2}",
        "a{1,2}b{0,1}",
        "a{2,}",
        "[ab]+",
        "[^a]",
        "[^a-c]{2}",
        "\\d+",
        "\\w{3}",
        "\\s",
        "\\S\\D",
        ".",
        "..",
        ".*",
        "a.?b",
        "\\n",
        "\\x61\\u0062",
        "[\\d-]+",
        "[a\\-]*",
        "(a*)*b",
        "(a?){3}",
        "(a|)(b|)1",
        "\"\\-",
        "é+",
        "[é1]",
        "a*?b",
        "(?<name>a)b",
        "(|a)",
        "[ab]{0}1",
        "((a|b)1){1,2}",
        "^ab$",
        "^a|1$",
        "\\.|-",
        "]}"
      })
  void whole_javasRegexes_acceptTheSameTexts(String regex) {
    Dfa dfa = new Dfa(Format.regex(regex).texts(), false);
    Pattern java = Pattern.compile(regex);
    for (String text : texts()) {
      assertThat(Texts.accepts(dfa, text))
          .as("%s and %s", regex, text)
          .isEqualTo(java.matcher(text).matches());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "^a", "a\\z", "^a|1", "^(?:ab|1)", "\\d", "^[ab]*\\z", "b{2}", "^"})
  void found_javasRegexes_areFoundInTheSameTexts(String regex) {
    String ours = regex.replace("\\z", "$"); // Java's $ is also before the last line's end
    Languages languages = new Languages(new Effort("here"));
    Dfa dfa =
        new Dfa(Utf8.of(languages, RegexParser.found(languages, ours, "here"), "here"), false);
    Pattern java = Pattern.compile(regex);
    for (String text : texts()) {
      assertThat(Texts.accepts(dfa, text))
          .as("%s in %s", regex, text)
          .isEqualTo(java.matcher(text).find());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a(?=b); a look-around, a flag or another (?...)",
        "(?i)a; a look-around, a flag or another (?...)",
        "(?<!a)b; a look-around, a flag or another (?...)",
        "(a)\\1; \\1",
        "\\bword; \\b",
        "\\p{L}; \\p",
        "a++; a possessive quantifier",
        "a**; a quantifier after a quantifier",
        "*a; * with nothing before it",
        "(?Pa); a look-around, a flag or another (?...)",
        "(?P=n); a look-around, a flag or another (?...)",
        "[^][a]; a class that begins with ] and is read in two ways (write \\])",
        "(a; a ( without its )",
        "a); a ) without its (",
        "[a; a [ without its ]",
        "[z-a]; a range whose ends are the wrong way round",
        "[\\d-z]; a range between classes",
        "[a&&b]; && inside a class",
        "a{2; a {m,n} without its }",
        "a{3,2}; {3,2}, whose bounds are the wrong way round,",
        "{a}; { with nothing before it",
        "\\u12; an escape without its 4 hexadecimal digits",
      })
  void whole_notRegularOrNotPlain_isRefusedByName(String regex, String what) {
    assertThatThrownBy(() -> Format.regex(regex).check())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("herd.format.regex: the regular expression " + regex)
        .hasMessageContaining(" has " + what + " at character ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a|b)*a(a|b){30}", "(a{1000}){1000}", "[ab]{99999}"})
  void whole_tooComplex_isRefusedSoon(String regex) {
    assertThatThrownBy(() -> Format.regex(regex).check())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("states are the most");
  }

  /** Each of them took all stack, all memory, or a quarter of a minute. */
  @Test
  @Timeout(20)
  void whole_explodes_isRefusedSoonAndShortly() {
    for (String regex :
        List.of(
            "(".repeat(3_000) + "a" + ")".repeat(3_000),
            "(?:".repeat(200_000),
            ".*".repeat(5_000),
            "(a*)*".repeat(2_000),
            "(?:a?b?)*".repeat(2_000),
            "a".repeat(2_000_000),
            "a|".repeat(2_000_000))) {
      assertThatThrownBy(() -> Format.regex(regex).check())
          .isInstanceOf(UserException.class)
          .hasMessageContaining("herd.format.regex: the regular expression ")
          .hasMessageContaining(" has ")
          .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(600));
    }
    assertThat(Texts.accepts(Format.regex("(".repeat(150) + "a" + ")".repeat(150)), "a")).isTrue();
    assertThat(Texts.accepts(Format.regex("a?".repeat(400)), "a".repeat(399))).isTrue();
  }

  @Test
  void whole_whatReadersDifferIn_isWhatAllOfThemMatch() {
    assertThat(Texts.accepts(Format.regex("\\W\\D."), "-ab")).isTrue();
    assertThat(Texts.accepts(Format.regex("\\W"), "é")).as("a letter to Python").isFalse();
    assertThat(Texts.accepts(Format.regex("\\D"), "\u0663")).as("a digit to Python").isFalse();
    assertThat(Texts.accepts(Format.regex("\\S"), "\u2003"))
        .as("a space to all but Java")
        .isFalse();
    assertThat(Texts.accepts(Format.regex("."), "\u0085")).as("a line's end to Java").isFalse();
    assertThat(Texts.accepts(Format.regex("\\u{1F600}"), "😀")).isTrue();
  }

  @Test
  void whole_nothingOrTheEmptyTextAlone_isRefused() {
    for (String regex : List.of("[^\\x00-\\u{10FFFF}]", "", "a{0}")) {
      assertThatThrownBy(() -> Format.regex(regex).check())
          .as(regex)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("no text fits it");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(^a$|^b$); a; ab",
        "^(a|b$); axx; xa",
        "(^|,)x; 1,x; ax",
        "x($|,); ax; xa",
        "^(?P<year>\\d{2})$; 12; 123",
        "^[]a]$; ]; b",
        "^[]a-c]+$; b]a; [",
        "a^b|c; c; ab",
        "(^a|b)+$; xxb; xa",
      })
  void found_anchorsAndBrackets_areReadAsPythonDoes(String regex, String in, String out) {
    Format format =
        Format.jsonSchema(
            "{\"type\": \"string\", \"pattern\": \"" + regex.replace("\\", "\\\\") + "\"}");
    assertThat(Texts.accepts(format, '"' + in + '"')).isTrue();
    assertThat(Texts.accepts(format, '"' + out + '"')).isFalse();
  }
}
