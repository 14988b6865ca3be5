package io.herd.udfs.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.text.JointEncoder.Joined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What labels add to prompts, compared with encoding prompt and label as one. */
class JointEncoderTest {
  private static final List<String> ENDS =
      List.of("(", "\n", ":", ": ", "A:  ", "好", "\n\n", "😀", "is", " \n ", "12", "it's", "' ");
  private static final List<String> LABELS =
      List.of(
          " positive",
          "positive",
          "A",
          "\npositive",
          " A",
          "好",
          " 好",
          "😀",
          "34",
          "s",
          ":",
          "  x",
          "\n\n",
          "(");

  private static int[] joined(Joined joined, int label) {
    int[] added = joined.added().get(label);
    int[] all = Arrays.copyOf(joined.prompt(), joined.prompt().length + added.length);
    System.arraycopy(added, 0, all, joined.prompt().length, added.length);
    return all;
  }

  /** Each label's tokens are those of the whole text, and the prompt's are common to all. */
  private static void assertAsOneText(
      Tokenizer tokenizer, JointEncoder encoder, Prompt prompt, boolean chat, List<String> labels) {
    int[] ids = tokenizer.encode(prompt, chat);
    Optional<Joined> joined = encoder.join(prompt, ids, labels);
    if (joined.isEmpty()) {
      int[] together = tokenizer.encode(prompt.followedBy(labels.get(0)), chat);
      assertThat(Arrays.mismatch(ids, together)).as(prompt.text()).isZero();
      return;
    }
    int stay = ids.length;
    for (int i = 0; i < labels.size(); i++) {
      int[] together = tokenizer.encode(prompt.followedBy(labels.get(i)), chat);
      assertThat(joined(joined.get(), i))
          .as(prompt.text() + "|" + labels.get(i))
          .isEqualTo(together);
      int differs = Arrays.mismatch(ids, together);
      stay = differs < 0 ? stay : Math.min(stay, differs);
    }
    assertThat(joined.get().prompt()).isEqualTo(Arrays.copyOf(ids, stay));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3"})
  void join_anyPromptAndLabels_isTheWholeTexts(String name) {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.folder(name))) {
      assertAnyPrompt(tokenizer);
    }
  }

  @Test
  @Tag("real")
  void join_anyPromptAndLabelsOfRealModel_isTheWholeTexts() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.realModel())) {
      assertAnyPrompt(tokenizer);
    }
  }

  private static void assertAnyPrompt(Tokenizer tokenizer) {
    JointEncoder encoder = new JointEncoder(tokenizer);
    Random random = new Random(1);
    List<Fixtures.Text> texts = Fixtures.texts();
    for (int i = 0; i < 1500; i++) {
      String text = texts.get(random.nextInt(texts.size())).text();
      String start = random.nextInt(4) == 0 ? "" : text.repeat(random.nextInt(3) + 1);
      String end = ENDS.get(random.nextInt(ENDS.size()));
      List<String> labels = new ArrayList<>();
      IntStream.range(0, 1 + random.nextInt(3))
          .forEach(n -> labels.add(LABELS.get(random.nextInt(LABELS.size()))));
      assertAsOneText(tokenizer, encoder, Prompt.data(start + end), false, labels);
    }
  }

  @Test
  void join_sentencePiece_labelsHaveNoSpaceOfTheirOwn() {
    try (Tokenizer llama2 = Tokenizer.load(Fixtures.folder("llama2"))) {
      Prompt prompt = Prompt.data("The letter is (");
      int[] ids = llama2.encode(prompt, false);
      Joined joined = new JointEncoder(llama2).join(prompt, ids, List.of("A", "B")).orElseThrow();
      assertThat(joined.prompt()).isEqualTo(ids);
      assertThat(joined.added().get(0)).hasSize(1).isNotEqualTo(llama2.encodeLabel("A"));
      assertThat(llama2.decode(joined(joined, 0))).isEqualTo("The letter is (A");
    }
  }

  @Test
  void join_blankAtThePromptsEnd_movesToTheLabels() {
    try (Tokenizer llama3 = Tokenizer.load(Fixtures.folder("llama3"))) {
      Prompt prompt = Prompt.data("It is the: ");
      List<String> labels = List.of("the", "of");
      Joined joined =
          new JointEncoder(llama3).join(prompt, llama3.encode(prompt, false), labels).orElseThrow();
      assertThat(joined.prompt()).isEqualTo(llama3.encode(Prompt.data("It is the:"), false));
      assertThat(joined.added().get(0)).isEqualTo(llama3.encodeLabel(" the"));
      assertThat(joined.added().get(1)).isEqualTo(llama3.encodeLabel(" of"));
    }
  }

  @Test
  void join_afterAChatsHeader_isTheLabelByItself() {
    try (Tokenizer llama3 = Tokenizer.load(Fixtures.folder("llama3"))) {
      String header = "<|start_header_id|>assistant<|end_header_id|>\n\n";
      Prompt prompt = new Specials(llama3.specialTokens()).parse("Hi<|eot_id|>" + header);
      int[] ids = llama3.encode(prompt, true);
      Joined joined =
          new JointEncoder(llama3).join(prompt, ids, List.of("yes", "<|eot_id|>")).orElseThrow();
      assertThat(joined.prompt()).isEqualTo(ids);
      assertThat(joined.added().get(0)).isEqualTo(llama3.encodeLabel("yes"));
      assertThat(joined.added().get(1)).isEqualTo(llama3.encodeLabel("<|eot_id|>"));
    }
  }

  @Test
  void join_labelThatJoinsTheOnlyToken_isEmpty() {
    try (Tokenizer llama3 = Tokenizer.load(Fixtures.folder("llama3"))) {
      Prompt prompt = Prompt.data(" t");
      int[] ids = llama3.encode(prompt, true);
      assertThat(ids).hasSize(1);
      assertThat(new JointEncoder(llama3).join(prompt, ids, List.of("he"))).isEmpty();
    }
  }

  /** The lists are the very ones of the first prompt. */
  @Test
  void join_promptsThatEndAlike_areLookedAtOnce() {
    try (Tokenizer llama2 = Tokenizer.load(Fixtures.folder("llama2"))) {
      JointEncoder encoder = new JointEncoder(llama2);
      List<String> labels = IntStream.range(0, 100).mapToObj(i -> " label " + i).toList();
      List<int[]> first = null;
      for (int row = 0; row < 2000; row++) {
        Prompt prompt = Prompt.data("row " + row + "\nThe sentiment is:");
        int[] ids = llama2.encode(prompt, false);
        List<int[]> added = encoder.join(prompt, ids, labels).orElseThrow().added();
        first = first == null ? added : first;
        assertThat(added).isSameAs(first);
      }
    }
  }
}
