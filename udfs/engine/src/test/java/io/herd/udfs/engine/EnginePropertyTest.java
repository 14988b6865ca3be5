package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.schedule.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the batch, every row comes out as if it had been alone. */
class EnginePropertyTest {
  private static final int REQUESTS = 60;

  private record Asked(Request request, GenerateSettings settings, Requests.Told told) {}

  @Property(tries = 300)
  void run_anyLoad_equalsOneRowAtATime(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int slots,
      @ForAll @IntRange(min = 90, max = 2500) int kvTokens,
      @ForAll @IntRange(min = 1, max = 600) int prefillTokens,
      @ForAll @IntRange(min = 1, max = 40) int memoryRows,
      @ForAll @IntRange(min = 10, max = 80) int longestPrefix,
      @ForAll @IntRange(min = 0, max = 9) int inPlaceStep,
      @ForAll boolean fixedShapes,
      @ForAll boolean lookup) {
    Random random = new Random(seed);
    FakeModel model = new FakeModel(kvTokens, inPlaceStep);
    model.mostRows = fixedShapes ? slots : memoryRows;
    model.longestPrefix = longestPrefix;
    Limits limits = new Limits(slots, kvTokens, prefillTokens);
    List<Asked> asked = new ArrayList<>();
    try (Engine engine = new Engine(model, limits, 85, fixedShapes, lookup)) {
      List<Asked> toCome = load(random);
      while (!toCome.isEmpty() || engine.pending() > 0) {
        while (!toCome.isEmpty() && random.nextInt(3) > 0) {
          asked.add(toCome.remove(0));
          engine.submit(asked.get(asked.size() - 1).request());
        }
        engine.step();
      }
      assertThat(engine.step()).isFalse();
    }
    assertThat(asked).hasSize(REQUESTS).allSatisfy(EnginePropertyTest::check);
    assertThat(model.closed).isTrue();
  }

  private static void check(Asked asked) {
    assertThat(asked.told().times()).isEqualTo(1);
    Completion completion = asked.told().completions.get(0);
    LabelTokens labels = asked.request().group().labels();
    if (labels == null) {
      assertThat(Requests.Outcome.of(completion))
          .isEqualTo(Requests.naive(asked.settings(), asked.request()));
    } else {
      assertThat(completion.finish()).isEqualTo(FinishReason.CHOICE);
      for (int i = 0; i < labels.count(); i++) {
        double expected = FakeModel.labelScore(asked.request().ids(), labels, i);
        assertThat(completion.labelLogProbabilities()[i]).isEqualTo(expected);
      }
    }
  }

  private static List<Asked> load(Random random) {
    List<GenerateSettings> settings = new ArrayList<>();
    List<RequestGroup> groups = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int[] prefix = random.ints(random.nextBoolean() ? 12 : 0, 0, FakeModel.VOCABULARY).toArray();
      settings.add(settings(random));
      groups.add(
          i == 2
              ? RequestGroup.labelling(settings.get(i), prefix, labels())
              : Requests.group(settings.get(i), prefix));
    }
    List<Asked> out = new ArrayList<>();
    for (int n = 0; n < REQUESTS; n++) {
      int which = random.nextInt(3);
      Requests.Told told = new Requests.Told();
      int[] ids = prompt(random, groups.get(which).prefix());
      Request request = Requests.request(groups.get(which), told, ids);
      out.add(new Asked(request, settings.get(which), told));
    }
    return out;
  }

  private static int[] prompt(Random random, int[] prefix) {
    int[] ids = Arrays.copyOf(prefix, prefix.length + 1 + random.nextInt(40));
    int branch = random.nextInt(3); // of a tree: prompts leave each other early, late or in between
    for (int i = prefix.length; i < ids.length; i++) {
      branch = random.nextInt(12) == 0 ? random.nextInt(FakeModel.VOCABULARY) : branch;
      ids[i] = branch;
    }
    return ids;
  }

  private static LabelTokens labels() {
    return new LabelTokens(List.of(new int[] {4, 5}, new int[] {6}));
  }

  private static GenerateSettings settings(Random random) {
    List<String> stop = random.nextBoolean() ? List.of() : List.of("ba", "cdb");
    double temperature = random.nextInt(2) * 0.7;
    int most = 1 + random.nextInt(30);
    boolean ignoreEos = random.nextInt(3) == 0;
    int least = random.nextInt(8);
    return new GenerateSettings(most, least, ignoreEos, stop, 17, Sampling.at(temperature), 1, 0);
  }
}
