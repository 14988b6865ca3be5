package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.Outcome;
import io.herd.udfs.engine.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpeedTest {
  private static final int LENGTH = 20;

  /** An engine computes once what prompts begin with in common: its speed would seem greater. */
  @Test
  void measure_prompts_allBeginOtherwise() throws InterruptedException {
    Fake engine = new Fake();

    Speed.measure(engine, LENGTH);

    List<int[]> sorted = engine.prompts.stream().sorted(Arrays::compare).toList();
    assertThat(sorted).hasSizeGreaterThan(60).allSatisfy(ids -> assertThat(ids).hasSize(LENGTH));
    for (int i = 1; i < sorted.size(); i++) {
      assertThat(Arrays.mismatch(sorted.get(i - 1), sorted.get(i))).isBetween(0, 1);
    }
  }

  /** Answers at once. */
  private static final class Fake implements EngineLease {
    final List<int[]> prompts = new ArrayList<>();

    @Override
    public void submit(Request request) {
      prompts.add(request.ids());
    }

    @Override
    public Completion await(Outcome outcome) {
      return null;
    }

    @Override
    public int maxTokens() {
      return 100;
    }

    @Override
    public int slots() {
      return 32;
    }

    @Override
    public String smokeTest() {
      return "";
    }

    @Override
    public Usage usage() {
      return new Usage(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    @Override
    public Duration sinceUsage() {
      return Duration.ZERO;
    }

    @Override
    public List<String> incidents() {
      return List.of();
    }

    @Override
    public void check() {}

    @Override
    public boolean alive() {
      return true;
    }

    @Override
    public void beginAlone() {}

    @Override
    public void endAlone() {}

    @Override
    public void close() {}
  }
}
