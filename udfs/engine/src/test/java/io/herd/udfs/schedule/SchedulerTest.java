package io.herd.udfs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final Limits ROOMY = new Limits(4, 10_000, 512);

  private final Scheduler<Fake> scheduler = new Scheduler<>(ROOMY);

  record Fake(String name, int promptTokens, int sharedTokens, int extraTokens, boolean scored)
      implements Sequence {
    static Fake prompt(String name, int tokens) {
      return new Fake(name, tokens, 0, 8, false);
    }

    /** Each name begins with a token of its own. */
    @Override
    public int[] prompt() {
      int[] ids = new int[promptTokens];
      Arrays.fill(ids, name.hashCode());
      return ids;
    }

    @Override
    public int length() {
      return promptTokens;
    }

    @Override
    public Object group() {
      return sharedTokens;
    }
  }

  private static void addAll(Scheduler<Fake> to, Fake... fakes) {
    List.of(fakes).forEach(to::add);
  }

  private static Pass<Fake> decode(int capacity, Fake... rows) {
    return new Pass.Decode<>(List.of(new Arena<>(capacity, List.of(rows))));
  }

  @Test
  void next_nothingAdded_isIdle() {
    assertThat(scheduler.next()).isEqualTo(new Pass.Idle<>());
  }

  @Test
  void next_promptsOfLikeLength_arePrefilledTogether() {
    Fake a = Fake.prompt("a", 40);
    Fake b = Fake.prompt("b", 30);
    addAll(scheduler, a, b);
    assertThat(scheduler.next()).isEqualTo(new Pass.Prefill<>(64, 0, Start.NONE, List.of(a, b)));
    assertThat(scheduler.next()).isEqualTo(decode(64, a, b));
  }

  @Test
  void next_companionMuchShorterOrLonger_waits() {
    Fake a = Fake.prompt("a", 40);
    Fake shorter = Fake.prompt("shorter", 29);
    Fake longer = Fake.prompt("longer", 41);
    addAll(scheduler, a, shorter, longer);
    assertThat(scheduler.next()).isEqualTo(new Pass.Prefill<>(64, 0, Start.NONE, List.of(a)));
    assertThat(scheduler.next()).isEqualTo(new Pass.Prefill<>(32, 0, Start.NONE, List.of(shorter)));
  }

  @Test
  void next_shortQuestionsAboutOneDocument_areOnePass() {
    Scheduler<Fake> roomy = new Scheduler<>(new Limits(4, 2048, 128));
    Fake longest = Fake.prompt("a", 340);
    Fake shorter = Fake.prompt("a", 325);
    Fake shortest = Fake.prompt("a", 323);
    addAll(roomy, longest, shorter, shortest);
    Start document = new Start(1, 322); // a prompt's last token is its own
    assertThat(roomy.next()).isInstanceOf(Pass.Share.class);
    assertThat(roomy.next())
        .isEqualTo(new Pass.Prefill<>(384, 0, document, List.of(longest, shorter)));
    assertThat(roomy.next()).isEqualTo(new Pass.Prefill<>(384, 2, document, List.of(shortest)));
  }

  @Test
  void next_otherPrefix_waits() {
    Fake a = Fake.prompt("a", 40);
    Fake other = new Fake("other", 50, 10, 8, false);
    addAll(scheduler, a, other);
    assertThat(scheduler.next()).isEqualTo(new Pass.Prefill<>(64, 0, Start.NONE, List.of(a)));
  }

  /** Of 32 slots all are live; of as many that wait, all are alike. */
  private static Scheduler<Fake> busy(int waiting) {
    Scheduler<Fake> busy = new Scheduler<>(new Limits(32, 10_000, 2048));
    for (int i = 0; i < 32 + waiting; i++) {
      busy.add(Fake.prompt("row " + i, 20));
    }
    busy.next();
    return busy;
  }

  @Test
  void next_fewRowsFree_prefillWaitsForAShareOfThem() {
    Scheduler<Fake> busy = busy(9);
    busy.finish(32, 5);
    assertThat(busy.next()).isInstanceOf(Pass.Decode.class);
    busy.finish(32, 7);
    Fake first = Fake.prompt("row 32", 20);
    Fake second = Fake.prompt("row 33", 20);
    assertThat(busy.next())
        .isEqualTo(new Pass.Prefill<>(32, 30, Start.NONE, List.of(first, second)));
    assertThat(busy.waiting()).isEqualTo(7);
  }

  @Test
  void next_oneWaitsAlone_isBegunInTheFirstFreeRow() {
    Scheduler<Fake> busy = busy(1);
    busy.finish(32, 5);
    assertThat(busy.next())
        .isEqualTo(new Pass.Prefill<>(32, 31, Start.NONE, List.of(Fake.prompt("row 32", 20))));
  }

  @Test
  void next_oldestHasNoCompanions_isBegunInTheFirstFreeRow() {
    Scheduler<Fake> busy = busy(0);
    Fake oldest = Fake.prompt("oldest", 80);
    addAll(busy, oldest, Fake.prompt("b", 20), Fake.prompt("c", 20));
    busy.finish(32, 5);
    assertThat(busy.next()).isEqualTo(new Pass.Prefill<>(96, 0, Start.NONE, List.of(oldest)));
  }

  @Test
  void next_littleBehindALongPrompt_hasRoomForItFromTheStart() {
    Fake little = new Fake("little", 95, 0, 8, false);
    Fake more = new Fake("more", 95, 0, 20, false);
    addAll(scheduler, little, more);
    assertThat(scheduler.next())
        .isEqualTo(new Pass.Prefill<>(128, 0, Start.NONE, List.of(little, more)));
    addAll(scheduler, more);
    assertThat(scheduler.next()).isEqualTo(new Pass.Prefill<>(96, 0, Start.NONE, List.of(more)));
  }

  @Test
  void next_noOtherRowEnds_heldRequestIsBegunAfterAsManyPassesAsRows() {
    Scheduler<Fake> busy = busy(9);
    busy.finish(32, 5);
    for (int pass = 0; pass < 31; pass++) {
      assertThat(busy.next()).isInstanceOf(Pass.Decode.class);
    }
    assertThat(busy.next())
        .isEqualTo(new Pass.Prefill<>(32, 31, Start.NONE, List.of(Fake.prompt("row 32", 20))));
  }

  @Test
  void next_cacheIsFull_shareIsOfTheRowsThatItHolds() {
    Scheduler<Fake> tight = new Scheduler<>(new Limits(256, 8 * 32, 2048));
    for (int i = 0; i < 20; i++) {
      tight.add(Fake.prompt("row " + i, 20));
    }
    tight.next();
    tight.finish(32, 5);
    assertThat(tight.next()).isInstanceOf(Pass.Prefill.class);
  }

  @Test
  void next_scored_leavesNoRowBehind() {
    Fake live = Fake.prompt("live", 10);
    Fake label = new Fake("label", 10, 0, 3, true);
    addAll(scheduler, live, label);
    scheduler.next();
    assertThat(scheduler.next()).isEqualTo(new Pass.Score<>(32, 1, Start.NONE, List.of(label)));
    assertThat(scheduler.next()).isEqualTo(decode(32, live));
  }

  @Test
  void next_passIsFull_restWaits() {
    Scheduler<Fake> small = new Scheduler<>(new Limits(4, 10_000, 85));
    Fake a = Fake.prompt("a", 40);
    Fake b = Fake.prompt("b", 40);
    Fake c = Fake.prompt("c", 40);
    addAll(small, a, b, c);
    assertThat(small.next()).isEqualTo(new Pass.Prefill<>(64, 0, Start.NONE, List.of(a, b)));
    assertThat(small.waiting()).isEqualTo(1);
  }

  @Test
  void next_oldestDoesNotFit_nobodyOvertakes() {
    Scheduler<Fake> tight = new Scheduler<>(new Limits(4, 128, 512));
    Fake live = Fake.prompt("live", 20);
    Fake wide = Fake.prompt("wide", 110);
    Fake small = Fake.prompt("small", 20);
    tight.add(live);
    tight.next();
    addAll(tight, wide, small);
    assertThat(tight.next()).isEqualTo(decode(32, live));
    tight.finish(32, 0);
    assertThat(tight.next()).isEqualTo(new Pass.Prefill<>(128, 0, Start.NONE, List.of(wide)));
  }

  @Test
  void finish_rowInTheMiddle_lastMovesIntoIt() {
    Fake a = Fake.prompt("a", 10);
    Fake b = Fake.prompt("b", 10);
    Fake c = Fake.prompt("c", 10);
    addAll(scheduler, a, b, c);
    scheduler.next();
    assertThat(scheduler.finish(32, 0)).contains(new Move(32, 2, 32, 0));
    assertThat(scheduler.live()).containsExactly(new Arena<>(32, List.of(c, b)));
    assertThat(scheduler.finish(32, 1)).isEmpty();
    assertThat(scheduler.live()).containsExactly(new Arena<>(32, List.of(c)));
  }

  @Test
  void next_rowHasOutgrownItsArena_movesAndTheLastOneFillsItsPlace() {
    Growing grown = new Growing(32);
    Growing small = new Growing(30);
    Scheduler<Growing> growing = new Scheduler<>(ROOMY);
    growing.add(grown);
    growing.add(small);
    growing.next();
    assertThat(growing.next())
        .isEqualTo(new Pass.Decode<>(List.of(new Arena<>(32, List.of(grown, small)))));
    grown.length++;
    assertThat(growing.next())
        .isEqualTo(new Pass.Grow<>(List.of(new Move(32, 0, 64, 0), new Move(32, 1, 32, 0))));
    assertThat(growing.next())
        .isEqualTo(
            new Pass.Decode<>(
                List.of(new Arena<>(32, List.of(small)), new Arena<>(64, List.of(grown)))));
  }

  private static final class Growing implements Sequence {
    private final int promptTokens;
    private int length;

    Growing(int promptTokens) {
      this.promptTokens = promptTokens;
      this.length = promptTokens;
    }

    @Override
    public int[] prompt() {
      return new int[promptTokens];
    }

    @Override
    public int sharedTokens() {
      return 0;
    }

    @Override
    public int extraTokens() {
      return 20;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public boolean scored() {
      return false;
    }

    @Override
    public Object group() {
      return "";
    }
  }

  @Test
  void next_shortRowsBesideALongOne_takeOnlyTheirOwnLength() {
    Scheduler<Fake> tight = new Scheduler<>(new Limits(9, 128 + 2 * 32, 512));
    addAll(tight, Fake.prompt("long", 110), Fake.prompt("b", 20), Fake.prompt("c", 20));
    addAll(tight, Fake.prompt("d", 20));
    tight.next();
    tight.next();
    assertThat(tight.next()).isInstanceOf(Pass.Decode.class);
    assertThat(tight.liveRows()).isEqualTo(3);
    assertThat(tight.waiting()).isEqualTo(1);
  }

  @Test
  void drop_waiting_isGone() {
    addAll(scheduler, Fake.prompt("a", 10), Fake.prompt("b", 10));
    scheduler.drop(fake -> fake.name().equals("a"));
    assertThat(scheduler.next()).isInstanceOf(Pass.Prefill.class);
    assertThat(scheduler.live().get(0).rows()).extracting(Fake::name).containsExactly("b");
  }

  @Test
  void add_exactlyTheCache_fitsThoughNoMultipleOfTheStep() {
    Scheduler<Fake> odd = new Scheduler<>(new Limits(4, 70, 512));
    Fake whole = Fake.prompt("whole", 62);
    odd.add(whole);
    assertThat(odd.next()).isEqualTo(new Pass.Prefill<>(64, 0, Start.NONE, List.of(whole)));
  }

  @Test
  void add_longerThanTheCache_isRefused() {
    Scheduler<Fake> odd = new Scheduler<>(new Limits(4, 70, 512));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> odd.add(Fake.prompt("long", 63)))
        .withMessage("a request longer than the cache was added");
  }

  @Test
  void limits_zero_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(0, 5, 1))
        .withMessage("limits must be positive: 0, 5");
  }
}
