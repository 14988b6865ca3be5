package io.herd.job.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Estimates at half-time, on the lengths of the sample reviews and a clock that is made up. */
class RemainingTest {
  private static final double PERCENT = 15;
  private static final int PREFIX = 7;

  private record Moment(double seconds, Progress done, long begun, double promptSeconds) {}

  /** Roughly a token for every four letters, the longest first. */
  private static List<Integer> prompts() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("../data-samples/reviews.jsonl"))) {
      return lines
          .map(line -> PREFIX + line.length() / 4)
          .sorted(Collections.reverseOrder())
          .toList();
    }
  }

  private static void requireGoodEstimateAtHalfTime(List<Integer> prompts, List<Moment> moments) {
    double end = moments.get(moments.size() - 1).seconds();
    Moment half = moments.stream().filter(each -> each.seconds() >= end / 2).findFirst().get();
    long tokens = prompts.stream().mapToLong(length -> length - PREFIX).sum();
    Remaining remaining = new Remaining(prompts.size(), tokens, PREFIX);
    double share = half.promptSeconds() / half.seconds();

    assertThat(remaining.seconds(half.seconds(), half.done(), half.begun(), share))
        .isCloseTo(end - half.seconds(), withinPercentage(PERCENT));
  }

  @Test
  void seconds_ofLabels_followTheTokensAndNotTheRows() throws IOException {
    List<Integer> prompts = prompts();
    List<Moment> moments = new ArrayList<>();
    double now = 0;
    long tokens = 0;
    for (int i = 0; i < prompts.size(); i++) {
      now += (prompts.get(i) - PREFIX) / 1000.0;
      tokens += prompts.get(i);
      moments.add(new Moment(now, new Progress(now, i + 1, 0, tokens, 0, tokens), 0, now));
    }

    requireGoodEstimateAtHalfTime(prompts, moments);
    Moment half =
        moments.stream().filter(each -> each.seconds() >= now(moments) / 2).findFirst().get();
    double byRows = half.seconds() * (prompts.size() - half.done().rows()) / half.done().rows();
    assertThat(byRows).isGreaterThan((now(moments) - half.seconds()) * (1 + PERCENT / 100));
  }

  private static double now(List<Moment> moments) {
    return moments.get(moments.size() - 1).seconds();
  }

  @Test
  void seconds_ofCompletions_countsRowsThatAreHalfDone() throws IOException {
    for (int slots : new int[] {8, 64, 128}) {
      List<Integer> prompts = prompts();
      requireGoodEstimateAtHalfTime(prompts, batched(prompts, slots, new Random(slots)));
    }
  }

  /** Continuous batching: rows are admitted as slots are free, and have 10 to 48 new tokens. */
  private static List<Moment> batched(List<Integer> prompts, int slots, Random random) {
    List<Moment> moments = new ArrayList<>();
    Iterator<Integer> waiting = prompts.iterator();
    List<int[]> live = new ArrayList<>(); // [prompt, tokens, left]
    double now = 0;
    double prompting = 0;
    long begun = 0;
    long rows = 0;
    long promptTokens = 0;
    long tokens = 0;
    while (waiting.hasNext() || !live.isEmpty()) {
      while (live.size() < slots && waiting.hasNext()) {
        int prompt = waiting.next();
        int wanted = 10 + random.nextInt(39);
        live.add(new int[] {prompt, wanted, wanted});
        prompting += (prompt - PREFIX) / 1000.0;
        now += (prompt - PREFIX) / 1000.0;
        begun++;
      }
      now += 0.02 + 0.002 * live.size();
      for (Iterator<int[]> each = live.iterator(); each.hasNext(); ) {
        int[] row = each.next();
        if (--row[2] == 0) {
          each.remove();
          rows++;
          promptTokens += row[0];
          tokens += row[1];
        }
      }
      moments.add(
          new Moment(
              now,
              new Progress(now, rows, 0, promptTokens, tokens, promptTokens + tokens),
              begun,
              prompting));
    }
    return moments;
  }
}
