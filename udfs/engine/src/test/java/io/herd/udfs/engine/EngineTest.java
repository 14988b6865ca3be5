package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.RowException;
import io.herd.udfs.model.OutOfDeviceMemory;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.schedule.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final Limits LIMITS = new Limits(4, 400, 512);

  private final FakeModel model = new FakeModel(400);
  private final Engine engine = new Engine(model, LIMITS, 100, false);

  private static GenerateSettings settings(int most, int least, boolean ignoreEos, String... stop) {
    return new GenerateSettings(most, least, ignoreEos, List.of(stop), 0, Sampling.GREEDY, 1, 0);
  }

  private Requests.Outcome run(GenerateSettings settings, int... ids) {
    Requests.Told told = new Requests.Told();
    engine.submit(Requests.request(Requests.group(settings), told, ids));
    finish(engine);
    return Requests.Outcome.of(told.completions.get(0));
  }

  private static void finish(Engine engine) {
    Requests.finish(engine, 10_000);
  }

  /** A prompt of one token after which the model ends the text at once. */
  private static int endingPrompt() {
    for (int id = 0; ; id++) {
      if (FakeModel.ENDS.contains(FakeModel.next(new int[] {id}, false, 0, 0))) {
        return id;
      }
    }
  }

  @Test
  void step_endIdFirst_isAnEmptyCompletion() {
    assertThat(run(settings(5, 0, false), endingPrompt()))
        .isEqualTo(new Requests.Outcome("", 0, FinishReason.STOP));
  }

  @Test
  void stats_afterRows_haveTheirTokensAndNothingInWork() {
    run(settings(9, 0, true), 5, 6, 7);
    run(settings(2, 0, true), 5);

    EngineStats stats = engine.stats();
    assertThat(stats.promptTokens()).isEqualTo(4);
    assertThat(stats.newTokens()).isEqualTo(11);
    assertThat(stats.live() + stats.waiting() + stats.kvTokens()).isZero();
    assertThat(stats.slots()).isEqualTo(4);
    assertThat(stats.kvLimit()).isEqualTo(400);
  }

  @Test
  void stats_whileRowsAreInWork_haveTheirRoom() {
    for (int row = 0; row < 6; row++) {
      Requests.Told told = new Requests.Told();
      engine.submit(Requests.request(Requests.group(settings(9, 0, true)), told, 5));
    }
    engine.step();

    assertThat(engine.stats().live()).isPositive().isLessThanOrEqualTo(4);
    assertThat(engine.stats().live() + engine.stats().waiting()).isEqualTo(6);
    assertThat(engine.stats().kvTokens()).isPositive();
    finish(engine);
  }

  @Test
  void step_ignoreEos_goesOnToTheLength() {
    Requests.Outcome outcome = run(settings(9, 0, true), endingPrompt());
    assertThat(outcome.tokens()).isEqualTo(9);
    assertThat(outcome.finish()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void step_minNewTokens_suppressesEndIds() {
    assertThat(run(settings(30, 4, false), endingPrompt()).tokens()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void step_minNewTokens_keepsStopStringsForLater() {
    String stop = run(settings(8, 0, true), 5).text().substring(0, 2);
    assertThat(run(settings(20, 0, true, stop), 5).tokens()).isEqualTo(1);
    Requests.Outcome outcome = run(settings(20, 4, true, stop), 5);
    assertThat(outcome.tokens()).isGreaterThan(4);
    assertThat(outcome.text()).startsWith(stop).hasSizeGreaterThanOrEqualTo(7);
  }

  @Test
  void step_endIdOfTheGroup_endsTheTextBeforeIt() {
    GenerateSettings settings = settings(8, 0, true);
    Requests.Told told = new Requests.Told();
    engine.submit(Requests.request(Requests.group(settings), told, 5));
    finish(engine);
    int second = id(told.completions.get(0).text().get().substring(2, 4));

    assertThat(ending(settings, second)).isEqualTo(1);
    assertThat(ending(settings(8, 3, true), second)).isGreaterThanOrEqualTo(3);
  }

  private static int id(String letters) {
    return 7 * (letters.charAt(1) - 'a') + letters.charAt(0) - 'a';
  }

  /** Tokens of a completion that a token of the group's may end. */
  private int ending(GenerateSettings settings, int endId) {
    Requests.Told told = new Requests.Told();
    RequestGroup group = Requests.group(settings).endingAt(Set.of(endId));
    engine.submit(Requests.request(group, told, 5));
    finish(engine);
    return told.completions.get(0).tokens();
  }

  @Test
  void step_oneNewToken_endsAtThePrefill() {
    assertThat(run(settings(1, 0, true), 5).tokens()).isEqualTo(1);
    assertThat(model.decodeWidths).isEmpty();
  }

  @Test
  void step_stopStringOverTokenBorder_endsBeforeIt() {
    String whole = run(settings(8, 0, true), 5).text();
    String stop = whole.substring(3, 5);
    String before = whole.substring(0, whole.indexOf(stop));
    Requests.Outcome outcome = run(settings(8, 0, true, "zzz", stop), 5);
    assertThat(outcome.text()).isEqualTo(before);
    assertThat(outcome.finish()).isEqualTo(FinishReason.STOP);
    assertThat(outcome.tokens()).isEqualTo((before.length() + stop.length() + 1) / 2);
  }

  @Test
  void step_temperature_drawsTheSameAloneAndAmongOthers() {
    GenerateSettings warm = new GenerateSettings(20, 0, true, List.of(), 3, Sampling.at(1), 1, 0);
    String alone = run(warm, 9, 8).text();
    Requests.Told told = new Requests.Told();
    RequestGroup group = Requests.group(warm);
    for (int i = 0; i < 6; i++) {
      engine.submit(Requests.request(group, new Requests.Told(), i, 8));
    }
    engine.submit(Requests.request(group, told, 9, 8));
    finish(engine);
    assertThat(told.completions.get(0).text().get()).isEqualTo(alone);
    assertThat(run(Requests.greedy(20), 9, 8).text()).isNotEqualTo(alone);
  }

  @Test
  void step_sharedPrefix_isComputedOnce() {
    RequestGroup first = Requests.group(settings(3, 0, true), 4, 5, 6);
    RequestGroup same = Requests.group(settings(2, 0, true), 4, 5, 6);
    RequestGroup none = Requests.group(settings(2, 0, true));
    engine.submit(Requests.request(first, new Requests.Told(), 4, 5, 6, 7));
    finish(engine);
    engine.submit(Requests.request(same, new Requests.Told(), 4, 5, 6, 8));
    finish(engine);
    engine.submit(Requests.request(none, new Requests.Told(), 4));
    finish(engine);
    assertThat(model.prefixes).containsExactly(List.of(4, 5, 6));
  }

  @Test
  void step_fixedShapes_decodesFullWidthAndPrefillsAlone() {
    FakeModel fixedModel = new FakeModel(400);
    Engine fixed = new Engine(fixedModel, new Limits(3, 400, 512), 100, true);
    for (int i = 0; i < 5; i++) {
      fixed.submit(Requests.request(Requests.group(settings(4 + i, 0, true)), told(), i, 1));
    }
    finish(fixed);
    assertThat(fixedModel.decodeWidths).isNotEmpty().containsOnly(3);
    assertThat(fixedModel.prefillRows).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void new_fixedShapes_takesNoMoreRowsThanTheCacheHolds() {
    FakeModel fixedModel = new FakeModel(250); // which checks what is reserved
    Engine fixed = new Engine(fixedModel, new Limits(8, 250, 512), 100, true);
    fixed.submit(Requests.request(Requests.group(settings(4, 0, true)), told(), 1));
    finish(fixed);
    assertThat(fixedModel.decodeWidths).containsOnly(2);
  }

  private static Requests.Told told() {
    return new Requests.Told();
  }

  @Test
  void cancel_waitingAndLive_othersGoOn() {
    Requests.Told gone = told();
    Requests.Told stays = told();
    RequestGroup unwanted = Requests.group(settings(30, 0, true));
    for (int i = 0; i < 6; i++) {
      engine.submit(Requests.request(unwanted, gone, i, 3));
      if (i == 1) {
        engine.submit(Requests.request(Requests.group(settings(30, 0, true)), stays, 9, 9));
      }
    }
    engine.step();
    engine.step();
    engine.cancel(request -> request.group() == unwanted);
    assertThat(engine.pending()).isEqualTo(1);
    finish(engine);
    assertThat(gone.times()).isZero();
    assertThat(stays.completions.get(0).text().get()).isEqualTo(naive(9, 9));
  }

  private static String naive(int... ids) {
    GenerateSettings thirty = settings(30, 0, true);
    return Requests.naive(thirty, Requests.request(Requests.group(thirty), told(), ids)).text();
  }

  @Test
  void fail_waitingAndLive_eachIsToldOnce() {
    List<Requests.Told> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(told());
      engine.submit(Requests.request(Requests.group(settings(9, 0, true)), all.get(i), i));
    }
    engine.step();
    Throwable cause = new IllegalStateException("device lost");
    engine.fail(cause);
    engine.fail(new IllegalStateException("again"));
    assertThat(all).allSatisfy(each -> assertThat(each.failures).containsExactly(cause));
    assertThat(engine.pending()).isZero();
  }

  private List<Requests.Told> submit(int... promptTokens) {
    List<Requests.Told> told = new ArrayList<>();
    for (int tokens : promptTokens) {
      told.add(new Requests.Told());
      engine.submit(
          Requests.request(
              Requests.group(settings(9, 0, true)), told.get(told.size() - 1), new int[tokens]));
    }
    return told;
  }

  @Test
  void step_outOfMemory_goesOnWithFewerRows() {
    model.mostRows = 2;
    List<Requests.Told> told = submit(5, 5, 6, 6, 5, 5, 5);
    finish(engine);
    assertThat(told).allSatisfy(each -> assertThat(each.completions).hasSize(1));
    assertThat(engine.incidents()).containsExactly("out of memory: went on with 2 rows at once");
    assertThat(model.decodeWidths).allMatch(width -> width <= 2).contains(2);
  }

  @Test
  void step_outOfMemoryForOneRowAlone_failsThatRowOnly() {
    model.longestPrompt = 50;
    List<Requests.Told> told = submit(5, 60, 5, 60, 5);
    finish(engine);
    for (int i : new int[] {0, 2, 4}) {
      assertThat(told.get(i).completions).hasSize(1);
    }
    for (int i : new int[] {1, 3}) {
      assertThat(told.get(i).times()).isEqualTo(1);
      assertThat(told.get(i).failures.get(0))
          .isInstanceOf(RowException.class)
          .hasMessage("the device has no memory for this row alone");
    }
  }

  /** Fewer rows at once would change their bytes, which is what fixed shapes are for. */
  @Test
  void step_outOfMemoryWithFixedShapes_isTheEnginesEnd() {
    Engine fixed = new Engine(model, LIMITS, 100, true);
    model.mostRows = 2;
    fixed.submit(
        Requests.request(Requests.group(settings(9, 0, true)), new Requests.Told(), 1, 2, 3));
    assertThatExceptionOfType(OutOfDeviceMemory.class)
        .isThrownBy(() -> finish(fixed))
        .withMessageContaining("CUDA out of memory. Tried a lot")
        .withMessageContaining("lower herd.engine.slots");
  }
}
