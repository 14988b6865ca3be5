package io.herd.job.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimelineTest {
  private static Timeline of(int seconds) {
    Timeline timeline = new Timeline();
    for (int i = 1; i <= seconds; i++) {
      timeline.add(new Progress(i, i, 0, 0, 0, 10L * i));
    }
    return timeline;
  }

  @Test
  void add_manyPoints_keepsAFewOverTheWholeTime() {
    Timeline day = of(86_400);

    assertThat(day.points()).hasSizeBetween(80, 200);
    assertThat(day.points().get(0).seconds()).isLessThan(1500);
    assertThat(day.points().get(day.points().size() - 1).seconds()).isGreaterThan(85_000);
  }

  @Test
  void points_shortEnd_isPartOfTheIntervalBefore() {
    Timeline timeline = of(2);
    timeline.add(new Progress(2.1, 2, 0, 0, 0, 30));
    timeline.add(new Progress(2.2, 3, 0, 0, 0, 50));

    assertThat(timeline.before(9).seconds()).isEqualTo(2.2);
    assertThat(timeline.points()).extracting(Progress::seconds).containsExactly(1.0, 2.2);
    timeline.add(new Progress(2.6, 4, 0, 0, 0, 60));
    assertThat(timeline.points()).extracting(Progress::seconds).containsExactly(1.0, 2.0, 2.6);
    assertThat(of(86_400).points()).last().extracting(Progress::seconds).isEqualTo(86_400.0);
  }

  @Test
  void before_aTime_isTheLastPointUntilThen() {
    assertThat(of(30).before(20.5).seconds()).isEqualTo(20);
    assertThat(of(30).before(0.5)).isEqualTo(Progress.NONE);
  }

  @Test
  void rateSince_anEarlierPoint_isTokensPerSecond() {
    Timeline timeline = of(30);

    assertThat(timeline.before(30).rateSince(timeline.before(20))).isEqualTo(10);
  }
}
