package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CompletionTextTest {
  private static final Tokenizer LLAMA3 = Tokenizer.load(Fixtures.folder("llama3"));
  private static final Tokenizer LLAMA2 = Tokenizer.load(Fixtures.folder("llama2"));

  @Property(tries = 1000)
  void append_anyTokensOfByteLevel_equalsDecodingAll(
      @ForAll("tokens") int[] ids,
      @ForAll("stops") List<String> stop,
      @ForAll @IntRange(max = 40) int min) {
    assertSameAsNaive(LLAMA3, ids, stop, 0);
    assertSameAsNaive(LLAMA3, ids, stop, min);
  }

  @Property(tries = 1000)
  void append_anyTokensOfByteFallback_equalsDecodingAll(
      @ForAll("tokens") int[] ids,
      @ForAll("stops") List<String> stop,
      @ForAll @IntRange(max = 40) int min) {
    assertSameAsNaive(LLAMA2, ids, stop, min);
  }

  @Property(tries = 500)
  void append_realTexts_equalsDecodingAll(
      @ForAll("texts") String text, @ForAll("stops") List<String> stop) {
    assertSameAsNaive(LLAMA3, LLAMA3.encodeLabel(text), stop, 0);
    assertSameAsNaive(LLAMA2, LLAMA2.encodeLabel(text), stop, 3);
  }

  private static void assertSameAsNaive(
      Tokenizer tokenizer, int[] ids, List<String> stop, int min) {
    assertSameAsNaive(new CompletionText(tokenizer::decode, stop, min), tokenizer, ids, stop, min);
    StopStrings shared = StopStrings.of(tokenizer, stop);
    assertSameAsNaive(new CompletionText(shared, min), tokenizer, ids, stop, min);
  }

  private static void assertSameAsNaive(
      CompletionText completion, Tokenizer tokenizer, int[] ids, List<String> stop, int min) {
    String first = tokenizer.decode(Arrays.copyOf(ids, Math.min(min, ids.length)));
    int untouched = first.replaceFirst("\uFFFD+$", "").length();
    for (int n = 1; n <= ids.length; n++) {
      String whole = tokenizer.decode(Arrays.copyOf(ids, n));
      int end = n <= min ? -1 : firstStop(whole, stop, untouched);
      assertThat(completion.append(ids[n - 1])).as("token %s of %s", n, whole).isEqualTo(end >= 0);
      if (end >= 0) {
        assertThat(completion.text()).isEqualTo(whole.substring(0, end));
        return;
      }
    }
    assertThat(completion.text()).isEqualTo(tokenizer.decode(ids));
  }

  /** Stop strings that are in the text, over borders of tokens and characters of any length. */
  @Property(tries = 1000)
  void append_stopsOutOfTheText_equalsDecodingAll(
      @ForAll("tokens") int[] ids,
      @ForAll @IntRange(max = 200) int from,
      @ForAll @IntRange(min = 1, max = 6) int length,
      @ForAll @IntRange(max = 40) int min) {
    for (Tokenizer tokenizer : List.of(LLAMA3, LLAMA2)) {
      String text = tokenizer.decode(ids);
      int start = Math.min(from, Math.max(0, text.length() - 1));
      String stop = text.substring(start, Math.min(text.length(), start + length));
      assertSameAsNaive(tokenizer, ids, stop.isEmpty() ? List.of() : List.of(stop), min);
    }
  }

  /** One more byte makes a run of bytes invalid, and each byte of the run a U+FFFD. */
  @Test
  void append_runOfBytesTurnsInvalid_findsStopThatBeginsBeforeTheRun() {
    int[] ids = new int[40];
    Arrays.fill(ids, 3); // <0x00>
    ids[20] = 341; // "th"
    ids[39] = 131; // <0x80>, which continues no character
    assertThat(LLAMA2.decode(Arrays.copyOf(ids, 39))).doesNotContain("\uFFFD");
    assertThat(LLAMA2.decode(ids)).endsWith("th" + "\uFFFD".repeat(19));
    assertSameAsNaive(LLAMA2, ids, List.of("th\uFFFD\uFFFD"), 0);
  }

  /** The first that ends behind so many chars. */
  private static int firstStop(String text, List<String> stop, int untouched) {
    for (int at = 0; at < text.length(); at++) {
      for (String each : stop) {
        if (text.startsWith(each, at) && at + each.length() > untouched) {
          return at;
        }
      }
    }
    return -1;
  }

  @Test
  void append_stopWithinTheFirstTokens_isText() {
    int[] ids = LLAMA3.encodeLabel("a.b.c.d");
    CompletionText completion = new CompletionText(LLAMA3::decode, List.of("."), 4);
    for (int i = 0; i < 5; i++) {
      assertThat(completion.append(ids[i])).as("token %s", i).isFalse();
    }
    assertThat(completion.append(ids[5])).isTrue();
    assertThat(completion.text()).isEqualTo("a.b.c");
  }

  @Provide
  Arbitrary<int[]> tokens() {
    return Arbitraries.integers().between(0, 606).array(int[].class).ofMaxSize(120);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a", "b", " ", "\n", "END", "E", "ND", "。", "世界", "😀", "é", "the ", "\uFFFD")
        .list()
        .ofMaxSize(100)
        .map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<List<String>> stops() {
    return Arbitraries.of(
            "END",
            "\n\n",
            "ab",
            "世界。",
            "😀😀",
            " a",
            "é",
            "the the",
            "bbbb",
            "\uFFFDa",
            "<|eot_id|>",
            "e")
        .list()
        .uniqueElements()
        .ofMaxSize(3);
  }

  @Test
  void append_characterSplitOverTokens_isWholeWhenComplete() {
    int[] ids = LLAMA3.encodeLabel("x龘");
    assertThat(ids).hasSizeGreaterThan(3);
    CompletionText completion = new CompletionText(LLAMA3::decode, List.of("龘"));
    for (int i = 0; i < ids.length - 1; i++) {
      assertThat(completion.append(ids[i])).isFalse();
    }
    assertThat(completion.append(ids[ids.length - 1])).isTrue();
    assertThat(completion.text()).isEqualTo("x");
  }

  @Test
  void append_longCompletion_decodesFewTokensEach() {
    AtomicInteger decoded = new AtomicInteger();
    CompletionText completion =
        new CompletionText(
            ids -> {
              decoded.addAndGet(ids.length);
              return LLAMA3.decode(ids);
            },
            List.of("never comes", "\n\n\n"));
    int[] ids = LLAMA3.encodeLabel("some words of a long text, and so on. ".repeat(300));
    for (int id : ids) {
      assertThat(completion.append(id)).isFalse();
    }
    assertThat(ids.length).isGreaterThan(3000);
    assertThat(decoded.get() / ids.length).isLessThan(30);
  }

  @Test
  void append_fewTokensCanEndAStop_decodesAfterThoseOnly() {
    for (Tokenizer tokenizer : List.of(LLAMA3, LLAMA2)) {
      StopStrings stop = StopStrings.of(tokenizer, List.of("\n\n", "Question:"));
      int[] ids = tokenizer.encodeLabel("What? Some words of a text\nand: more of them");
      List<String> decoded =
          Arrays.stream(ids)
              .filter(stop::completedBy)
              .mapToObj(id -> tokenizer.decode(new int[] {id}))
              .toList();
      assertThat(decoded).containsExactly("\n", ":");
    }
  }

  @Test
  void append_partsOfCharacters_areLookedAt() {
    StopStrings stop = StopStrings.of(LLAMA3, List.of("x"));
    int[] ids = LLAMA3.encodeLabel("龘");
    assertThat(ids).hasSizeGreaterThan(2);
    assertThat(Arrays.stream(ids)).allMatch(stop::completedBy);
  }

  @Test
  void append_withoutStops_decodesOnlyForText() {
    AtomicInteger calls = new AtomicInteger();
    CompletionText completion =
        new CompletionText(
            ids -> {
              calls.incrementAndGet();
              return LLAMA3.decode(ids);
            },
            List.of());
    for (int id : LLAMA3.encodeLabel("some text")) {
      assertThat(completion.append(id)).isFalse();
    }
    assertThat(calls).hasValue(0);
    assertThat(completion.text() + completion.text()).isEqualTo("some textsome text");
    assertThat(calls).hasValue(1);
  }
}
