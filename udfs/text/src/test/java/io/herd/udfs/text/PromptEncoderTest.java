package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.RowException;
import io.herd.udfs.text.PromptEncoder.Encoded;
import io.herd.udfs.text.PromptSettings.Chat;
import io.herd.udfs.text.PromptSettings.OnOverflow;
import io.herd.udfs.text.PromptSettings.SpecialTokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts that are too long lose text of one column, and nothing else. */
class PromptEncoderTest {
  private static final Tokenizer LLAMA3 = Tokenizer.load(Fixtures.folder("llama3"));
  private static final Tokenizer LLAMA2 = Tokenizer.load(Fixtures.folder("llama2"));
  private static final String FAMILY =
      "👨‍👩‍👧‍👦"; // seven code points, one character to a reader
  private static final String MIXED =
      "One good thing, e\u0301te\u0301 🇫🇷🇩🇪 👍🏽 " + FAMILY + " 漢字 ok\r\nthe end of it ";
  private static final Pattern CHARACTER = Pattern.compile("\\X");

  private static PromptSettings settings(
      String template, OnOverflow how, String column, Chat chat) {
    return new PromptSettings(
        null,
        template,
        List.of(),
        null,
        null,
        chat,
        SpecialTokens.TEXT,
        Fixtures.DATE,
        how,
        column,
        TemplateArguments.NONE);
  }

  private static PromptEncoder encoder(PromptSettings settings, Tokenizer tokenizer, int most) {
    ChatTemplate chat = settings.chat() == Chat.ON ? Fixtures.template("llama3") : null;
    List<String> specials = Tokenizer.specialTokens(Fixtures.folder("llama3"));
    return new PromptEncoder(
        settings, PromptRenderer.of(settings, chat, specials), tokenizer, most);
  }

  private static PromptEncoder between(OnOverflow how, Tokenizer tokenizer, int most) {
    return encoder(settings("<{{ text }}>", how, "text", Chat.OFF), tokenizer, most);
  }

  /** What is left of the text between the brackets. */
  private static String kept(Encoded encoded, Tokenizer tokenizer) {
    String prompt = tokenizer.decode(encoded.ids());
    assertThat(prompt).startsWith("<").endsWith(">");
    return prompt.substring(1, prompt.length() - 1);
  }

  private static List<String> characters(String text) {
    List<String> characters = new ArrayList<>();
    Matcher character = CHARACTER.matcher(text);
    while (character.find()) {
      characters.add(character.group());
    }
    return characters;
  }

  private static String joined(List<String> characters, int from, int to) {
    return String.join("", characters.subList(from, to));
  }

  private static List<String> heads(List<String> characters) {
    return IntStream.rangeClosed(0, characters.size())
        .mapToObj(to -> joined(characters, 0, to))
        .toList();
  }

  private static List<String> tails(List<String> characters) {
    return IntStream.rangeClosed(0, characters.size())
        .mapToObj(from -> joined(characters, from, characters.size()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "llama2"})
  void encode_tooLongAtAnyLimit_keepsWholeCharactersOfTheRightEnd(String name) {
    Tokenizer tokenizer = name.equals("llama3") ? LLAMA3 : LLAMA2;
    Map<String, Object> row = Map.of("text", MIXED);
    List<String> characters = characters(MIXED);
    int all = between(OnOverflow.TRUNCATE_END, tokenizer, 10_000).encode(row).ids().length;
    for (int most = 8; most < all; most++) {
      Encoded end = between(OnOverflow.TRUNCATE_END, tokenizer, most).encode(row);
      Encoded start = between(OnOverflow.TRUNCATE_START, tokenizer, most).encode(row);
      assertThat(List.of(end.ids().length, start.ids().length)).allMatch(fits(most));
      assertThat(heads(characters)).contains(kept(end, tokenizer));
      assertThat(tails(characters)).contains(kept(start, tokenizer));
      assertThat(List.of(end.cut(), start.cut())).containsOnly(true);
    }
  }

  private static java.util.function.Predicate<Integer> fits(int most) {
    return length -> length <= most;
  }

  @Test
  void encode_middle_keepsBothEndsWithAMarkBetween() {
    List<String> characters = characters(MIXED);
    Map<String, Object> row = Map.of("text", MIXED);
    int all = between(OnOverflow.TRUNCATE_END, LLAMA3, 10_000).encode(row).ids().length;
    for (int most = 20; most < all; most++) {
      Encoded encoded = between(OnOverflow.TRUNCATE_MIDDLE, LLAMA3, most).encode(row);
      String kept = kept(encoded, LLAMA3);
      assertThat(encoded.ids().length).isLessThanOrEqualTo(most);
      assertThat(kept).contains(" … ");
      String[] ends = kept.split(" … ", 2);
      assertThat(heads(characters)).contains(ends[0]);
      assertThat(tails(characters)).contains(ends[1]);
    }
  }

  @ParameterizedTest
  @EnumSource(value = OnOverflow.class, mode = EnumSource.Mode.EXCLUDE, names = "FAIL")
  void encode_plainText_usesEveryTokenThereIs(OnOverflow how) {
    String text = "x1y2z3!?".repeat(500);
    for (int most : List.of(12, 100, 1000)) {
      Encoded encoded = between(how, LLAMA3, most).encode(Map.of("text", text));
      assertThat(encoded.ids()).hasSizeBetween(most - 1, most);
      assertThat(between(how, LLAMA3, most).encode(Map.of("text", text)).ids())
          .as("the same again")
          .isEqualTo(encoded.ids());
    }
  }

  @Test
  void encode_inAChat_leavesTheRestAsItIs() {
    PromptSettings settings =
        settings("Say {{ text }} in {{ lang }}.", OnOverflow.TRUNCATE_END, "text", Chat.ON);
    Map<String, Object> row = Map.of("text", "good ".repeat(200), "lang", "French");
    Encoded encoded = encoder(settings, LLAMA3, 60).encode(row);
    assertThat(encoded.ids().length).isBetween(55, 60);
    assertThat(LLAMA3.show(encoded.ids()))
        .startsWith("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nSay good ")
        .endsWith(" in French.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
  }

  @Test
  void encode_fits_isLeftAlone() {
    Map<String, Object> row = Map.of("text", MIXED);
    Encoded whole = between(OnOverflow.FAIL, LLAMA3, 10_000).encode(row);
    Encoded exactly = between(OnOverflow.TRUNCATE_END, LLAMA3, whole.ids().length).encode(row);
    assertThat(exactly.ids()).isEqualTo(whole.ids());
    assertThat(exactly.cut()).isFalse();
    assertThat(kept(exactly, LLAMA3)).isEqualTo(MIXED);
  }

  @Test
  void encode_failIsChosen_failsTheRow() {
    PromptEncoder encoder = between(OnOverflow.FAIL, LLAMA3, 8);
    assertThatThrownBy(() -> encoder.encode(Map.of("text", MIXED)))
        .isInstanceOf(RowException.class)
        .hasMessageStartingWith("the prompt is too long: ")
        .hasMessageEndingWith("more than the 8 tokens that it may have");
  }

  @Test
  void encode_columnThatStandsTwice_fits() {
    PromptSettings settings =
        settings("{{ text }} | {{ text | upper }}", OnOverflow.TRUNCATE_END, "text", Chat.OFF);
    for (int most = 20; most < 120; most += 7) {
      Encoded encoded = encoder(settings, LLAMA3, most).encode(Map.of("text", "abc ".repeat(90)));
      assertThat(encoded.ids().length).isBetween(most - 8, most);
    }
  }

  @Test
  void encode_fieldOfAStruct_isCut() {
    PromptSettings settings =
        settings("{{ doc.id }}: {{ doc.body }}", OnOverflow.TRUNCATE_START, "doc.body", Chat.OFF);
    Map<String, Object> row = Map.of("doc", Map.of("id", "a7", "body", "0123456789".repeat(20)));
    Encoded encoded = encoder(settings, LLAMA3, 30).encode(row);
    assertThat(LLAMA3.decode(encoded.ids())).startsWith("a7: ").endsWith("0123456789");
    assertThat(encoded.ids().length).isBetween(28, 30);
  }

  @Test
  void encode_instructionsAloneTooLong_failTheRow() {
    PromptSettings settings =
        settings("{{ other }}{{ text }}", OnOverflow.TRUNCATE_END, "text", Chat.OFF);
    Map<String, Object> row = new HashMap<>(Map.of("other", "x y ".repeat(50), "text", "abc"));
    PromptEncoder encoder = encoder(settings, LLAMA3, 20);
    assertThatThrownBy(() -> encoder.encode(row))
        .isInstanceOf(RowException.class)
        .hasMessage(
            "the prompt is too long even without the text of `text`: more than the 20 tokens that"
                + " it may have");
    row.put("text", null);
    assertThatThrownBy(() -> encoder.encode(row)).isInstanceOf(RowException.class);
  }

  @Test
  void encode_megabytes_areCut() {
    String text = "A".repeat(40) + " ".repeat(5_000_000) + "Z".repeat(40);
    Encoded end = between(OnOverflow.TRUNCATE_END, LLAMA3, 16).encode(Map.of("text", text));
    Encoded start = between(OnOverflow.TRUNCATE_START, LLAMA3, 16).encode(Map.of("text", text));
    assertThat(kept(end, LLAMA3)).matches("A+ *");
    assertThat(kept(start, LLAMA3)).matches(" *Z+");
  }

  @Property(tries = 500)
  void encode_anyText_fits(
      @ForAll("texts") String text,
      @ForAll OnOverflow how,
      @ForAll @IntRange(min = 8, max = 60) int most) {
    OnOverflow cutting = how == OnOverflow.FAIL ? OnOverflow.TRUNCATE_MIDDLE : how;
    for (Tokenizer tokenizer : List.of(LLAMA3, LLAMA2)) {
      Encoded encoded = between(cutting, tokenizer, most).encode(Map.of("text", text));
      assertThat(encoded.ids().length).isLessThanOrEqualTo(most);
      assertThat(tokenizer.decode(encoded.ids())).doesNotContain("\uFFFD");
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "the",
            " the",
            "th",
            "e",
            "\n",
            "\r",
            "  ",
            "é",
            "e\u0301",
            "😀",
            FAMILY,
            "🇫🇷",
            "漢",
            "\u200D",
            "\u0301",
            "<|eot_id|>",
            "{{",
            "1234",
            "ﷺ",
            "\t")
        .list()
        .ofMaxSize(60)
        .map(pieces -> pieces.stream().collect(Collectors.joining()));
  }
}
