package io.herd.udfs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixesTest {
  private static final int[] TRUNK = IntStream.range(0, 100).toArray();

  private final List<Start> live = new ArrayList<>();
  private final Prefixes prefixes = new Prefixes(400, live); // keeps 100 tokens, or one of 200

  /** The first tokens of the trunk, and then others. */
  private static int[] leaf(int trunk, int own, int token) {
    return IntStream.range(0, trunk + own).map(i -> i < trunk ? TRUNK[i] : -token).toArray();
  }

  @Test
  void worthKeeping_templateDocumentQuestion_isTheDocument() {
    int[] common =
        IntStream.concat(IntStream.of(1703, 1703), IntStream.generate(() -> 1700).limit(13))
            .toArray();
    int[] all =
        IntStream.concat(IntStream.of(common), IntStream.generate(() -> 200).limit(240)).toArray();
    assertThat(Prefixes.worthKeeping(all, 0, 64)).isEqualTo(1700);
    assertThat(Prefixes.worthKeeping(all, 1700, 64)).isEqualTo(1700);
    assertThat(Prefixes.worthKeeping(all, 0, 2)).isEqualTo(1703);
  }

  @Test
  void worthKeeping_chatThatGrows_isAllOfItsHistory() {
    int[] turns = IntStream.iterate(1500, tokens -> tokens - 100).limit(15).toArray();
    assertThat(Prefixes.worthKeeping(turns, 0, 64)).isEqualTo(1500);
  }

  @Test
  void worthKeeping_littleInCommon_isNothing() {
    assertThat(Prefixes.worthKeeping(new int[] {60, 3, 0}, 0, 64)).isZero();
    assertThat(Prefixes.worthKeeping(new int[0], 7, 64)).isEqualTo(7);
  }

  @Test
  void of_leaves_givesTheLongestCommonPartAndLeavesAToken() {
    prefixes.add(leaf(20, 10, 1));
    int second = prefixes.add(leaf(30, 10, 2));
    assertThat(prefixes.of(leaf(50, 1, 3))).isEqualTo(new Start(second, 30));
    assertThat(prefixes.of(leaf(25, 0, 3))).isEqualTo(new Start(second, 24));
    assertThat(prefixes.of(new int[] {7, 7})).isEqualTo(Start.NONE);
  }

  @Test
  void makeRoom_moreThanTheBound_dropsTheLeastRecentlyUsed() {
    int first = prefixes.add(leaf(0, 40, 1));
    int second = prefixes.add(leaf(0, 40, 2));
    prefixes.use(first);
    assertThat(prefixes.makeRoom(40, Start.NONE, 400)).isTrue();
    assertThat(prefixes.takeDropped()).containsExactly(second);
    assertThat(prefixes.makeRoom(100, new Start(first, 40), 400)).isTrue();
    assertThat(prefixes.takeDropped()).isEmpty();
    assertThat(prefixes.makeRoom(100, new Start(first, 40), 139)).isFalse();
    assertThat(prefixes.tokens()).isEqualTo(40);
  }

  @Test
  void makeRoom_prefixesThatRowsRead_stay() {
    int read = prefixes.add(leaf(0, 40, 1));
    int other = prefixes.add(leaf(0, 40, 2));
    live.add(new Start(read, 40, 32));
    assertThat(prefixes.makeRoom(90, Start.NONE, 129)).isFalse();
    assertThat(prefixes.takeDropped()).isEmpty();
    assertThat(prefixes.makeRoom(90, Start.NONE, 130)).isTrue();
    assertThat(prefixes.takeDropped()).containsExactly(other);
    int longer = prefixes.add(leaf(0, 90, 1));
    prefixes.use(longer);
    assertThat(prefixes.takeDropped()).isEmpty();
    live.clear();
    prefixes.use(longer);
    assertThat(prefixes.takeDropped()).containsExactly(read);
  }

  @Test
  void use_longerThanItsBase_dropsTheBase() {
    int shorter = prefixes.add(leaf(20, 0, 1));
    int longer = prefixes.add(leaf(20, 20, 1));
    prefixes.use(longer);
    assertThat(prefixes.takeDropped()).containsExactly(shorter);
    assertThat(prefixes.tokens()).isEqualTo(40);
  }

  @Test
  void forget_outOfMemory_halvesWhatIsKept() {
    assertThat(prefixes.most(500)).isEqualTo(200);
    prefixes.add(leaf(20, 0, 1));
    prefixes.forget();
    assertThat(prefixes.tokens()).isZero();
    assertThat(prefixes.takeDropped()).isEmpty();
    assertThat(prefixes.most(500)).isEqualTo(100);
  }
}
