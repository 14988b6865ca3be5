package io.herd.bench;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Engine;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.CausalModel;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.schedule.Limits;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.Natives;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What lies between two decode passes: with 1, 8 and 64 rows, the median of a pass and of the time
 * from its end to the begin of the next, in microseconds. Of a model with hardly any weights a pass
 * itself is the cost of calling one.
 *
 * <p>Usage: {@code StepBench MODEL DTYPE}
 */
public final class StepBench {
  private static final int PROMPT = 64;
  private static final int STEPS = 160;

  private StepBench() {}

  public static void main(String[] args) {
    Natives.prepare();
    Dtype dtype = Dtype.valueOf(args[1].toUpperCase(Locale.ROOT));
    for (int rows : new int[] {1, 8, 64}) {
      List<Long> passes = new ArrayList<>();
      List<Long> between = new ArrayList<>();
      LlamaModel model = LlamaModel.load(Path.of(args[0]), dtype, TorchDevice.cpu());
      try (Engine engine =
          new Engine(timed(model, passes, between), new Limits(rows, 64_000, 512), 512, false)) {
        Random random = new Random(1);
        for (int i = 0; i < rows; i++) {
          engine.submit(request(i, random.ints(PROMPT, 10, 400).toArray()));
        }
        while (engine.step()) {}
      }
      System.out.printf("%d rows: %d us a pass, %d between%n", rows, half(passes), half(between));
    }
  }

  private static Request request(int key, int[] ids) {
    RequestGroup group =
        RequestGroup.generation(
            GenerateSettings.trial(STEPS),
            new int[0],
            () -> new CompletionText(Arrays::toString, List.of()));
    return new Request(
        ids,
        key,
        group,
        new Request.Listener() {
          @Override
          public void completed(Completion completion) {}

          @Override
          public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
          }
        });
  }

  private static CausalModel timed(LlamaModel model, List<Long> passes, List<Long> between) {
    long[] ended = {0};
    return (CausalModel)
        Proxy.newProxyInstance(
            StepBench.class.getClassLoader(),
            new Class<?>[] {CausalModel.class},
            (proxy, method, arguments) -> {
              boolean decodes = method.getName().equals("decode");
              long begin = System.nanoTime();
              if (decodes && ended[0] > 0) {
                between.add((begin - ended[0]) / 1000);
              }
              try {
                return method.invoke(model, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                long end = System.nanoTime();
                if (decodes) {
                  passes.add((end - begin) / 1000);
                  ended[0] = end;
                } else if (!method.getName().equals("spec")) {
                  ended[0] = 0; // a prefill, or rows that move
                }
              }
            });
  }

  private static long half(List<Long> times) {
    Collections.sort(times);
    return times.get(times.size() / 2);
  }
}
