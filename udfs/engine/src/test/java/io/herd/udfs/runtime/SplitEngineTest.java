package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.TinyRandom.Case;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.model.StageLocks;
import io.herd.udfs.model.TorchDevice;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A model split over two devices, which are both the processor here. */
@Timeout(120)
class SplitEngineTest {
  private static final int NEW_TOKENS = 8;
  private final Engines engines = new Engines();
  private final Tokenizers tokenizers = new Tokenizers();

  @AfterEach
  void unload() throws InterruptedException {
    engines.close();
    tokenizers.close();
  }

  private static final TinyFiles MODEL = new TinyFiles(TinyRandom.folder(TinyRandom.GROUPED));

  private static Engines.Key key(int devices, boolean deterministic) {
    EngineSettings settings =
        new EngineSettings(
            MODEL.manifest(),
            Dtype.FLOAT32,
            DeviceChoice.CPU,
            4,
            64,
            128,
            2,
            0,
            null,
            deterministic,
            true);
    return new Engines.Key(settings, Collections.nCopies(devices, TorchDevice.cpu()));
  }

  private EngineLease lease(int devices, boolean deterministic) throws InterruptedException {
    Engines.Key key = key(devices, deterministic);
    return engines.lease(
        key, EngineLoader.of(key.settings(), key.devices(), MODEL, tokenizers), lost -> {});
  }

  private static RequestGroup group() {
    GenerateSettings settings = GenerateSettings.trial(NEW_TOKENS);
    return RequestGroup.generation(
        settings, new int[0], () -> new CompletionText(Arrays::toString, List.of()));
  }

  /** Completions in the order of the prompts. */
  private static List<String> completed(EngineLease lease) throws InterruptedException {
    List<Outcomes> outcomes = new ArrayList<>();
    RequestGroup group = group();
    for (int round = 0; round < 3; round++) {
      for (Case prompt : TinyRandom.cases(TinyRandom.GROUPED)) {
        outcomes.add(new Outcomes());
        lease.submit(
            new Request(prompt.ids(), outcomes.size(), group, outcomes.get(outcomes.size() - 1)));
      }
    }
    List<String> texts = new ArrayList<>();
    for (Outcomes outcome : outcomes) {
      texts.add(outcome.completion().text().get());
    }
    return texts;
  }

  private static long engineThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("herd-engine-cpu"))
        .count();
  }

  @Test
  void split_twoLanes_giveTheRowsOfOneDevice() throws InterruptedException {
    for (boolean deterministic : new boolean[] {false, true}) {
      List<String> whole;
      try (EngineLease one = lease(1, deterministic)) {
        whole = completed(one);
      }
      try (EngineLease two = lease(2, deterministic)) {
        assertThat(engineThreads()).as("the other made way; one for each lane").isEqualTo(2);
        assertThat(two.smokeTest()).startsWith("cpu+cpu: The capital of France is");
        assertThat(completed(two)).isEqualTo(whole);
        EngineLease.Usage usage = two.usage();
        assertThat(usage.computing()).isPositive().isLessThanOrEqualTo(usage.held());
      }
    }
  }

  /** While one lane is on the second stage, the other can be on the first. */
  private static final class Meeting implements StageLocks {
    private final StageLocks locks = new FairStageLocks(2);
    private final CountDownLatch onFirst = new CountDownLatch(1);
    private volatile Thread second;
    private volatile boolean met;

    @Override
    public void begin(int stage) {
      locks.begin(stage);
      if (stage == 1 && second == null) {
        second = Thread.currentThread();
        met = await(onFirst);
      } else if (stage == 0 && second != null && second != Thread.currentThread()) {
        onFirst.countDown();
      }
    }

    private static boolean await(CountDownLatch latch) {
      try {
        return latch.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void end(int stage) {
      locks.end(stage);
    }
  }

  @Test
  void split_twoLanes_areOnBothDevicesAtOnce() throws InterruptedException {
    Meeting meeting = new Meeting();
    Engines.Key key = key(2, false);
    EngineLoader loader =
        new EngineLoader(key.settings(), key.devices(), MODEL, tokenizers, meeting);
    // The first lane tries the model out alone, so it would wait for a second lane that waits for
    // it.
    meeting.second = Thread.currentThread();
    try (EngineLease lease = engines.lease(key, loader, lost -> {})) {
      meeting.second = null;
      assertThat(completed(lease)).hasSizeGreaterThan(4);
    }
    assertThat(meeting.met).isTrue();
  }
}
