package io.herd.udfs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final Limits ROOMY = new Limits(4, 10_000, 512);

  private final Scheduler<Fake> scheduler = new Scheduler<>(ROOMY);

  record Fake(String name, int promptTokens, int sharedTokens, int extraTokens, boolean scored)
      implements Sequence {
    static Fake prompt(String name, int tokens) {
      return new Fake(name, tokens, 0, 8, false);
    }

    @Override
    public Object group() {
      return sharedTokens;
    }
  }

  private static void addAll(Scheduler<Fake> to, Fake... fakes) {
    List.of(fakes).forEach(to::add);
  }

  @Test
  void next_nothingAdded_isIdle() {
    assertThat(scheduler.next()).isEqualTo(new Step.Idle<>());
  }

  @Test
  void next_promptsOfLikeLength_arePrefilledTogether() {
    Fake a = Fake.prompt("a", 40);
    Fake b = Fake.prompt("b", 30);
    addAll(scheduler, a, b);
    assertThat(scheduler.next()).isEqualTo(new Step.Prefill<>(0, List.of(a, b), 64));
    assertThat(scheduler.next()).isEqualTo(new Step.Decode<>(List.of(a, b)));
  }

  @Test
  void next_companionMuchShorterOrLonger_waits() {
    Fake a = Fake.prompt("a", 40);
    Fake shorter = Fake.prompt("shorter", 29);
    Fake longer = Fake.prompt("longer", 41);
    addAll(scheduler, a, shorter, longer);
    assertThat(scheduler.next()).isEqualTo(new Step.Prefill<>(0, List.of(a), 64));
    assertThat(scheduler.next()).isEqualTo(new Step.Prefill<>(1, List.of(shorter), 64));
  }

  @Test
  void next_otherPrefix_waits() {
    Fake a = Fake.prompt("a", 40);
    Fake other = new Fake("other", 50, 10, 8, false);
    addAll(scheduler, a, other);
    assertThat(scheduler.next()).isEqualTo(new Step.Prefill<>(0, List.of(a), 64));
  }

  @Test
  void next_scored_leavesNoRowBehind() {
    Fake live = Fake.prompt("live", 10);
    Fake label = new Fake("label", 10, 0, 3, true);
    addAll(scheduler, live, label);
    scheduler.next();
    assertThat(scheduler.next()).isEqualTo(new Step.Score<>(1, List.of(label), 32));
    assertThat(scheduler.next()).isEqualTo(new Step.Decode<>(List.of(live)));
  }

  @Test
  void next_passIsFull_restWaits() {
    Scheduler<Fake> small = new Scheduler<>(new Limits(4, 10_000, 85));
    Fake a = Fake.prompt("a", 40);
    Fake b = Fake.prompt("b", 40);
    Fake c = Fake.prompt("c", 40);
    addAll(small, a, b, c);
    assertThat(small.next()).isEqualTo(new Step.Prefill<>(0, List.of(a, b), 64));
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
    assertThat(tight.next()).isEqualTo(new Step.Decode<>(List.of(live)));
    tight.finish(0);
    assertThat(tight.next()).isEqualTo(new Step.Prefill<>(0, List.of(wide), 128));
  }

  @Test
  void finish_rowInTheMiddle_lastMovesIntoIt() {
    Fake a = Fake.prompt("a", 10);
    Fake b = Fake.prompt("b", 10);
    Fake c = Fake.prompt("c", 10);
    addAll(scheduler, a, b, c);
    scheduler.next();
    assertThat(scheduler.finish(0)).isEqualTo(OptionalInt.of(2));
    assertThat(scheduler.live()).containsExactly(c, b);
    assertThat(scheduler.finish(1)).isEmpty();
    assertThat(scheduler.live()).containsExactly(c);
  }

  @Test
  void drop_waiting_isGone() {
    addAll(scheduler, Fake.prompt("a", 10), Fake.prompt("b", 10));
    scheduler.drop(fake -> fake.name().equals("a"));
    assertThat(scheduler.next()).isInstanceOf(Step.Prefill.class);
    assertThat(scheduler.live()).extracting(Fake::name).containsExactly("b");
  }

  @Test
  void add_exactlyTheCache_fitsThoughNoMultipleOfTheStep() {
    Scheduler<Fake> odd = new Scheduler<>(new Limits(4, 70, 512));
    Fake whole = Fake.prompt("whole", 62);
    odd.add(whole);
    assertThat(odd.next()).isEqualTo(new Step.Prefill<>(0, List.of(whole), 70));
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
