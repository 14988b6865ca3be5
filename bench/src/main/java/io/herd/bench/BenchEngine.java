package io.herd.bench;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.partition.SharedPrefix;
import io.herd.udfs.runtime.EngineSettings;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.runtime.LocalFiles;
import io.herd.udfs.sample.LabelScores;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.CompletionText;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.StopStrings;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** An engine without Spark around it, as benchmarks drive it: prompts in, answers out. */
final class BenchEngine implements AutoCloseable {
  /** The prompts of a file are there as the model is to see them. */
  static final PromptSettings AS_RENDERED =
      new PromptSettings(
          "prompt",
          null,
          null,
          PromptSettings.Chat.OFF,
          PromptSettings.SpecialTokens.PARSE,
          "26 Jul 2024");

  private final LocalFiles files;
  private final Tokenizer tokenizer;
  private final PromptRenderer renderer;
  private final EngineLease engine;
  private final double loadSeconds;

  private BenchEngine(LocalFiles files, EngineLease engine, double loadSeconds)
      throws InterruptedException {
    this.loadSeconds = loadSeconds;
    this.files = files;
    this.tokenizer = Engines.tokenizer(files);
    this.engine = engine;
    this.renderer = PromptRenderer.of(AS_RENDERED, null, Tokenizer.specialTokens(files.folder()));
  }

  /**
   * Loads a model.
   *
   * @param slots rows at once, 0 for auto
   * @param threads of libtorch, 0 for auto
   * @param devices by libtorch's names; the model is split over several
   */
  static BenchEngine load(Path model, Dtype dtype, int slots, int threads, String... devices)
      throws InterruptedException {
    LocalFiles files = new LocalFiles(model, ModelManifest.ofFolder(model));
    EngineSettings settings =
        new EngineSettings(
            files.manifest(),
            dtype,
            EngineSettings.DeviceChoice.AUTO,
            slots,
            0,
            0,
            threads,
            Integer.getInteger("lanes", 0),
            null,
            false,
            !System.getProperty("lookup", "auto").equals("off"));
    long start = System.nanoTime();
    EngineLease lease =
        devices.length == 0
            ? Engines.lease(settings, files, List.of(), lost -> {})
            : Engines.leaseOn(
                Arrays.stream(devices).map(TorchDevice::of).toList(), settings, files, lost -> {});
    return new BenchEngine(files, lease, (System.nanoTime() - start) / 1e9);
  }

  /**
   * Seconds from the request for an engine until it is ready: libtorch, tokenizer, weights, the
   * trial and the check of the files against their digests.
   */
  double loadSeconds() {
    return loadSeconds;
  }

  /**
   * What came of a run, in the order of its prompts.
   *
   * @param tokensShared of the prompts' tokens, those that needn't be computed again
   */
  record Answers(
      List<String> texts, int tokensIn, long tokensShared, int tokensOut, double seconds) {}

  /** Completes all prompts; reading and tokenizing them is part of the time. */
  Answers run(List<String> prompts, GenerateSettings settings) throws InterruptedException {
    return run(prompts, settings, List.of());
  }

  /**
   * Completes the prompts, or labels them.
   *
   * @param choices labels to score instead of generating, or empty
   */
  Answers run(List<String> prompts, GenerateSettings settings, List<String> choices)
      throws InterruptedException {
    long start = System.nanoTime();
    List<int[]> ids = prompts.stream().map(this::encode).toList();
    RequestGroup group = group(settings, choices, SharedPrefix.of(ids));
    BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
    LongAdder shared = new LongAdder();
    IntStream.range(0, ids.size())
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> ids.get(i).length).reversed())
        .forEach(
            i -> engine.submit(new Request(ids.get(i), i, group, new Slot(i, outcomes, shared))));
    String[] texts = new String[ids.size()];
    int tokensOut = 0;
    for (int n = 0; n < texts.length; n++) {
      if (!(outcomes.take() instanceof Answer answer)) {
        throw new IllegalStateException("the engine failed");
      }
      texts[answer.row()] = text(answer.completion(), choices);
      tokensOut += answer.completion().tokens();
    }
    int tokensIn = ids.stream().mapToInt(row -> row.length).sum();
    return new Answers(
        Arrays.asList(texts), tokensIn, shared.sum(), tokensOut, (System.nanoTime() - start) / 1e9);
  }

  private int[] encode(String prompt) {
    return tokenizer.encode(renderer.render(Map.of("prompt", prompt)), true);
  }

  private RequestGroup group(GenerateSettings settings, List<String> choices, int[] prefix)
      throws InterruptedException {
    if (!choices.isEmpty()) {
      List<int[]> labels = choices.stream().map(tokenizer::encodeLabel).toList();
      return RequestGroup.labelling(settings, prefix, new LabelTokens(labels));
    }
    StopStrings stop = StopStrings.of(tokenizer, settings.stop());
    return RequestGroup.generation(
        settings,
        prefix,
        () -> new CompletionText(stop, settings.minNewTokens()),
        settings.format() == null ? null : Engines.grammar(files, settings.format()));
  }

  private static String text(Completion completion, List<String> choices) {
    return choices.isEmpty()
        ? completion.text().get()
        : choices.get(LabelScores.best(completion.labelLogProbabilities()));
  }

  private record Answer(int row, Completion completion) {}

  private record Slot(int row, BlockingQueue<Object> outcomes, LongAdder shared)
      implements Request.Listener {
    @Override
    public void copied(int promptTokens) {
      shared.add(promptTokens);
    }

    @Override
    public void completed(Completion completion) {
      outcomes.add(new Answer(row, completion));
    }

    @Override
    public void failed(Throwable cause) {
      outcomes.add(cause);
    }
  }

  @Override
  public void close() {
    engine.close();
    try {
      Engines.closeAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
