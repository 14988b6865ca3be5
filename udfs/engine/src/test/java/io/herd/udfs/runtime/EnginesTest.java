package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import io.herd.udfs.TinyRandom;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.Dtype;
import io.herd.udfs.runtime.EngineSettings.DeviceChoice;
import io.herd.udfs.text.CompletionText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EnginesTest {
  private final ExecutorService tasks = Executors.newCachedThreadPool();

  @AfterEach
  void unload() throws InterruptedException {
    tasks.shutdownNow();
    Engines.closeAll();
  }

  /** A tiny random model, with a tokenizer of letters that these models lack. */
  private record Tiny(Path folder, EngineSettings settings) implements ModelFiles {
    @Override
    public ModelManifest manifest() {
      return settings.model();
    }

    @Override
    public Path small() {
      return TinyRandom.folder(".");
    }

    @Override
    public Path whole() {
      settings.model().verify(folder);
      return folder;
    }
  }

  private static Tiny settings(Path folder, int slots) {
    ModelManifest manifest = ModelManifest.ofFolder(folder);
    return new Tiny(
        folder,
        new EngineSettings(
            manifest, Dtype.FLOAT32, DeviceChoice.CPU, slots, 0, 128, 1, 0, null, false, true));
  }

  private static EngineLease lease(Tiny model) throws InterruptedException {
    return Engines.lease(model.settings(), model, List.of(), lost -> {});
  }

  private static long engineThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("herd-engine-"))
        .count();
  }

  private static RequestGroup group(int most) {
    return RequestGroup.generation(
        GenerateSettings.trial(most),
        new int[0],
        () -> new CompletionText(Arrays::toString, List.of()));
  }

  @Test
  void lease_equalSettingsAtOnce_shareOneLoad() throws Exception {
    Tiny first = settings(TinyRandom.folder(TinyRandom.GROUPED), 2);
    Tiny equal = settings(TinyRandom.folder(TinyRandom.GROUPED), 2);
    List<Future<EngineLease>> leases = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Tiny mine = i % 2 == 0 ? first : equal;
      leases.add(tasks.submit(() -> lease(mine)));
    }
    for (Future<EngineLease> lease : leases) {
      assertThat(lease.get().maxTokens()).isEqualTo(128);
    }
    assertThat(engineThreads()).isEqualTo(1);
    leases.get(0).get().close();
    leases.get(1).get().close();
    try (EngineLease again = lease(first)) {
      assertThat(engineThreads()).as("stays loaded").isEqualTo(1);
      assertThat(ids(again, 3)).hasSize(3);
      assertThat(again.smokeTest())
          .as("device, prompt and eight letters")
          .matches("cpu, 1 thread: The capital of France is.{1,8}");
    }
  }

  private static List<String> ids(EngineLease lease, int most) throws InterruptedException {
    Outcomes outcomes = new Outcomes();
    lease.submit(new Request(new int[] {5, 6}, 0, group(most), outcomes));
    return List.of(outcomes.completion().text().get().split(", "));
  }

  @Test
  void lease_loadFails_everyWaiterIsToldAndALaterOneTriesAgain(@TempDir Path folder)
      throws Exception {
    TinyRandom.copy(TinyRandom.GROUPED, folder);
    Tiny settings = settings(folder, 2);
    Path config = folder.resolve("config.json");
    byte[] good = Files.readAllBytes(config);
    Files.writeString(config, "{}");
    List<Future<EngineLease>> leases = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      leases.add(tasks.submit(() -> lease(settings)));
    }
    for (Future<EngineLease> lease : leases) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(lease::get)
          .withCauseInstanceOf(SystemException.class)
          .withMessageContaining(config + " is missing or not the file that the driver has");
    }
    Files.write(config, good);
    try (EngineLease repaired = lease(settings)) {
      assertThat(ids(repaired, 2)).hasSize(2);
    }
  }

  @Test
  void lease_failedLoad_isNeverServedAgain(@TempDir Path folder) throws IOException {
    TinyRandom.copy(TinyRandom.GROUPED, folder);
    Tiny settings = settings(folder, 2);
    Files.delete(folder.resolve("model.safetensors"));
    Exception last = null;
    for (int i = 0; i < 50; i++) {
      try (EngineLease lease = lease(settings)) {
        throw new AssertionError("loaded without weights, and holds " + lease.maxTokens());
      } catch (SystemException | InterruptedException e) {
        assertThat(e).isNotSameAs(last).isInstanceOf(SystemException.class);
        last = e;
      }
    }
  }

  @Test
  void lease_oneWaiterInterrupted_theOtherGetsItsEngine() throws Exception {
    Tiny settings = settings(TinyRandom.folder(TinyRandom.GROUPED), 3);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> lease(settings));
    Future<EngineLease> other = tasks.submit(() -> lease(settings));
    try (EngineLease lease = other.get()) {
      assertThat(ids(lease, 4)).hasSize(4);
    }
    assertThat(engineThreads()).isEqualTo(1);
  }

  @Test
  void close_lease_takesItsRequestsBackAndLeavesOthers() throws Exception {
    Tiny settings = settings(TinyRandom.folder(TinyRandom.GROUPED), 1);
    Outcomes mine = new Outcomes();
    try (EngineLease other = lease(settings)) {
      EngineLease lease = lease(settings);
      for (int i = 0; i < 200; i++) {
        lease.submit(new Request(new int[] {1 + i % 90}, i, group(120), mine));
      }
      lease.close();
      lease.close(); // again does nothing: the other lease still counts
      assertThat(ids(other, 2)).as("waits for nobody").hasSize(2);
      assertThat(mine.size()).isLessThan(200);
      int before = mine.size();
      assertThat(ids(other, 2)).hasSize(2);
      assertThat(mine.size()).isEqualTo(before);
    }
  }

  @Test
  void lease_otherModel_evictsTheUnusedOne() throws Exception {
    Tiny first = settings(TinyRandom.folder(TinyRandom.GROUPED), 2);
    Tiny second = settings(TinyRandom.folder("llama32-tied"), 2);
    EngineLease used = lease(first);
    EngineLease beside = lease(second);
    assertThat(engineThreads()).as("both are in use").isEqualTo(2);
    used.close();
    beside.close();
    try (EngineLease third = lease(settings(TinyRandom.folder("stored-f32"), 2))) {
      assertThat(engineThreads()).as("both made way").isEqualTo(1);
      assertThat(ids(third, 2)).hasSize(2);
    }
  }

  @Test
  void closeAll_requestsPending_areTold() throws Exception {
    EngineLease lease = lease(settings(TinyRandom.folder(TinyRandom.GROUPED), 1));
    Outcomes outcomes = new Outcomes();
    for (int i = 0; i < 300; i++) {
      lease.submit(new Request(new int[] {1}, i, group(120), outcomes));
    }
    Engines.closeAll();
    lease.submit(new Request(new int[] {1}, 0, group(1), outcomes));
    assertThat(outcomes.size()).isEqualTo(301);
    assertThat(outcomes.last())
        .isInstanceOf(SystemException.class)
        .hasToString("io.herd.udfs.SystemException: the engine was closed");
  }
}
