package io.herd.udfs.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LabelTokensTest {
  private static final LabelTokens LABELS =
      new LabelTokens(List.of(new int[] {5, 6, 7}, new int[] {8}, new int[] {5, 9}));

  @Test
  void layout_threeLabels_isAsDrawn() {
    assertThat(LABELS.count()).isEqualTo(3);
    assertThat(LABELS.tailLength()).isEqualTo(3);
    assertThat(LABELS.tail()).containsExactly(5, 6, 5);
    assertThat(LABELS.depths()).containsExactly(0, 1, 0);
    assertThat(LABELS.visible())
        .containsExactly(true, false, false, true, true, false, false, false, true);
    assertThat(LABELS.readAt()).containsExactly(0, 1, 2, 0, 0, 3);
    assertThat(LABELS.readIds()).containsExactly(5, 6, 7, 8, 5, 9);
  }

  @Test
  void sums_withOffset_areThoseOfTheRow() {
    float[] tokens = {9, 9, 1, 2, 4, 8, 16, 32};
    assertThat(LABELS.sums(tokens, 2)).containsExactly(7, 8, 48);
  }

  @Test
  void new_emptyLabel_isRefused() {
    List<int[]> labels = List.of(new int[] {1}, new int[0]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelTokens(labels))
        .withMessage("label 1 has no tokens");
  }

  @Test
  void equals_sameTokens_holds() {
    LabelTokens same =
        new LabelTokens(List.of(new int[] {5, 6, 7}, new int[] {8}, new int[] {5, 9}));
    assertThat(LABELS).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(LABELS).isNotEqualTo(new LabelTokens(List.of(new int[] {5, 6, 7, 8, 5, 9})));
  }

  /** Each place of the tail is asked what it sees; a label's sum is taken along its own path. */
  @Property(tries = 300)
  void layout_anyLabels_equalsOneLabelAtATime(@ForAll("labels") List<int[]> ids) {
    LabelTokens labels = new LabelTokens(ids);
    float[] read = new float[labels.readAt().length];
    for (int n = 0; n < read.length; n++) {
      read[n] = score(path(labels, (int) labels.readAt()[n]), (int) labels.readIds()[n]);
    }
    double[] sums = labels.sums(read, 0);
    for (int i = 0; i < ids.size(); i++) {
      assertThat(sums[i]).isCloseTo(naive(ids.get(i)), within(1e-4));
    }
  }

  private static double naive(int[] label) {
    double sum = 0;
    List<Integer> before = new ArrayList<>();
    for (int id : label) {
      sum += score(before, id);
      before.add(id);
    }
    return sum;
  }

  /** What a place sees of the tail, ordered by depth as its positions say. */
  private static List<Integer> path(LabelTokens labels, int place) {
    List<Integer> seen = new ArrayList<>();
    int n = labels.tailLength();
    for (int at = 0; place > 0 && at < n; at++) {
      if (labels.visible()[(place - 1) * n + at]) {
        assertThat(labels.depths()[at]).isEqualTo(seen.size());
        seen.add((int) labels.tail()[at]);
      }
    }
    return seen;
  }

  /** Stands for a model: any function of what came before. */
  private static float score(List<Integer> before, int id) {
    return (before.hashCode() * 31 + id) % 1000 / 1000f;
  }

  @Provide
  Arbitrary<List<int[]>> labels() {
    return Arbitraries.integers()
        .between(0, 5)
        .array(int[].class)
        .ofMinSize(1)
        .ofMaxSize(5)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Test
  void share_isThatOfAllLabelsAndCountsExtensionsOnce() {
    double[] sums = {Math.log(0.1), Math.log(0.2), Math.log(0.05)};
    assertThat(LABELS.share(sums)).isCloseTo(0.35, within(1e-9));
    LabelTokens nested =
        new LabelTokens(List.of(new int[] {5, 6}, new int[] {5}, new int[] {5, 6, 7}));
    assertThat(nested.share(sums)).isCloseTo(0.2, within(1e-9));
  }
}
