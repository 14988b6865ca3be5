package io.herd.udfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.sample.CounterRandom;
import io.herd.udfs.sample.Sampling;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Requests whose outcomes are kept, and what should come of them. */
final class Requests {
  /** Keeps everything that it is told: a request must be told once. */
  static final class Told implements Request.Listener {
    final List<Completion> completions = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();

    @Override
    public void completed(Completion completion) {
      completions.add(completion);
    }

    @Override
    public void failed(Throwable cause) {
      failures.add(cause);
    }

    int times() {
      return completions.size() + failures.size();
    }
  }

  /** What a completion comes down to. */
  record Outcome(String text, int tokens, FinishReason finish) {
    static Outcome of(Completion completion) {
      return new Outcome(completion.text().get(), completion.tokens(), completion.finish());
    }
  }

  private Requests() {}

  static GenerateSettings greedy(int maxNewTokens) {
    return new GenerateSettings(maxNewTokens, 0, false, List.of(), 0, Sampling.GREEDY, 1, 0);
  }

  static RequestGroup group(GenerateSettings settings, int... prefix) {
    return RequestGroup.generation(settings, prefix, () -> text(settings));
  }

  static Request request(RequestGroup group, Request.Listener listener, int... ids) {
    return new Request(ids, Arrays.hashCode(ids), group, listener);
  }

  /** Runs each prompt with its group on the engine; every request is told of once. */
  static List<Completion> run(Engine engine, List<RequestGroup> groups, List<int[]> prompts) {
    List<Told> told = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      told.add(new Told());
      engine.submit(request(groups.get(i), told.get(i), prompts.get(i)));
    }
    finish(engine, 10_000);
    assertThat(told).allSatisfy(each -> assertThat(each.completions).hasSize(1));
    return told.stream().map(each -> each.completions.get(0)).toList();
  }

  /** Steps until there is nothing left to do, which takes fewer steps than this. */
  static void finish(Engine engine, int most) {
    int steps = 0;
    while (engine.step()) {
      assertThat(++steps).isLessThan(most);
    }
  }

  private static CompletionText text(GenerateSettings settings) {
    return new CompletionText(Requests::decode, settings.stop(), settings.minNewTokens());
  }

  /** Two letters a token, so that stop strings may lie over a border. */
  static String decode(int[] ids) {
    StringBuilder out = new StringBuilder();
    for (int id : ids) {
      out.append((char) ('a' + id % 7)).append((char) ('a' + id / 7));
    }
    return out.toString();
  }

  /** One row by itself, one token at a time. */
  static Outcome naive(GenerateSettings settings, Request request) {
    List<Integer> made = new ArrayList<>();
    int[] tokens = request.ids();
    while (made.size() < settings.maxNewTokens()) {
      boolean suppress = made.size() < settings.minNewTokens();
      double draw = CounterRandom.uniform(settings.seed(), request.key(), made.size());
      int id = FakeModel.next(tokens, suppress, settings.sampling().temperature(), draw);
      if (FakeModel.ENDS.contains(id) && !settings.ignoreEos()) {
        return new Outcome(text(made), made.size(), FinishReason.STOP);
      }
      made.add(id);
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = id;
      int least = settings.minNewTokens();
      int end = made.size() <= least ? -1 : stopAt(text(made), settings.stop(), 2 * least);
      if (end >= 0) {
        return new Outcome(text(made).substring(0, end), made.size(), FinishReason.STOP);
      }
    }
    return new Outcome(text(made), made.size(), FinishReason.LENGTH);
  }

  private static String text(List<Integer> ids) {
    return decode(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The first that ends behind so many letters. */
  private static int stopAt(String text, List<String> stop, int untouched) {
    return stop.stream()
        .mapToInt(each -> text.indexOf(each, Math.max(0, untouched - each.length() + 1)))
        .filter(at -> at >= 0)
        .min()
        .orElse(-1);
  }
}
