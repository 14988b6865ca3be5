package io.herd.bench;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;

/**
 * Runs the engine on rows of fixed lengths with a model that computes nothing, and writes what it
 * asks of the model, so that another program can time just that: see {@link TraceModel}. The first
 * line tells the rows' lengths, {@code {"end":request}} that one is complete.
 *
 * <p>Usage: {@code ScheduleTrace ROWS PROMPT_TOKENS NEW_TOKENS SLOTS KV_TOKENS PREFILL_TOKENS
 * OUT.jsonl [SHARED_TOKENS [CAPACITY_STEP]]}; PROMPT_TOKENS and NEW_TOKENS are a number, or a range
 * such as {@code 128-384} to draw each row's from. SHARED_TOKENS of each prompt are a prefix that
 * all have in common. CAPACITY_STEP is that of GPUs if none is given.
 */
public final class ScheduleTrace {
  private static final TorchDevice GPU = TorchDevice.gpu(0);

  private record Header(
      int[] lengths, int[] newTokens, int shared, int slots, long kvTokens, int prefillTokens) {}

  private record End(int end) {}

  private ScheduleTrace() {}

  public static void main(String[] args) throws IOException {
    int rows = Integer.parseInt(args[0]);
    int slots = Integer.parseInt(args[3]);
    long kvTokens = Long.parseLong(args[4]);
    int prefillTokens = Integer.parseInt(args[5]);
    int shared = args.length > 7 ? Integer.parseInt(args[7]) : 0;
    int step = args.length > 8 ? Integer.parseInt(args[8]) : GPU.capacityStep(Dtype.BFLOAT16);
    int[] lengths = drawn(rows, args[1], 1);
    int[] newTokens = drawn(rows, args[2], 2);
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(args[6])))) {
      write(
          out,
          new Header(lengths, newTokens, shared, slots, kvTokens, prefillTokens),
          new Limits(slots, kvTokens, prefillTokens, step, 0));
    }
  }

  private static int[] drawn(int rows, String range, int seed) {
    String[] ends = range.split("-", 2);
    int least = Integer.parseInt(ends[0]);
    int most = Integer.parseInt(ends[ends.length - 1]);
    return new Random(seed).ints(rows, least, most + 1).toArray();
  }

  private static void write(PrintWriter out, Header header, Limits limits) {
    IdentityHashMap<int[], Integer> numbers = new IdentityHashMap<>();
    TraceModel model = new TraceModel(out, numbers::get);
    model.line(header);
    int longest = most(header.lengths()) + most(header.newTokens());
    try (Engine engine = new Engine(model, limits, longest, false)) {
      List<int[]> prompts = Arrays.stream(header.lengths()).mapToObj(int[]::new).toList();
      for (int i = 0; i < prompts.size(); i++) {
        numbers.put(prompts.get(i), i);
      }
      prompts.stream()
          .sorted(Comparator.comparingInt((int[] prompt) -> prompt.length).reversed())
          .forEach(ids -> engine.submit(request(ids, numbers.get(ids), header, model)));
      while (engine.step()) {
        // the model writes down what it is asked for
      }
    }
  }

  private static int most(int[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private static RequestGroup group(int newTokens, int shared) {
    return RequestGroup.generation(
        GenerateSettings.trial(newTokens),
        new int[shared],
        () -> new CompletionText(ids -> "", List.of()));
  }

  private static Request request(int[] ids, int number, Header header, TraceModel model) {
    return new Request(
        ids,
        number,
        group(header.newTokens()[number], header.shared()),
        new Request.Listener() {
          @Override
          public void completed(Completion completion) {
            model.line(new End(number));
          }

          @Override
          public void failed(Throwable cause) {
            throw new IllegalStateException("request " + number + " failed", cause);
          }
        });
  }
}
