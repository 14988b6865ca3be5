package io.herd.udfs.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.SystemException;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.model.SampledTokens;
import io.herd.udfs.model.SamplingBatch;
import io.herd.udfs.results.InFlight;
import io.herd.udfs.results.Result;
import io.herd.udfs.results.ResultLog;
import io.herd.udfs.runtime.Leases;
import io.herd.udfs.runtime.QuietModel;
import io.herd.udfs.schedule.Start;
import io.herd.udfs.text.CompletionText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts at one partition with a row whose prompt kills the engine. */
class PoisonSearchTest {
  private static final int POISON = 8;

  /** What the engine was given, pass by pass. */
  private final List<List<Integer>> passes = new ArrayList<>();

  private final class Fragile extends QuietModel {
    @Override
    public SampledTokens prefill(
        int capacity, int firstRow, List<int[]> prompts, Start start, SamplingBatch sampling) {
      passes.add(prompts.stream().map(ids -> ids[0]).toList());
      if (prompts.stream().anyMatch(ids -> ids[0] == companion)) {
        awaitLastRow();
      }
      if (prompts.stream().anyMatch(ids -> ids[0] == POISON)) {
        throw new IllegalStateException("bad kernel");
      }
      return super.prefill(capacity, firstRow, prompts, start, sampling);
    }
  }

  private final CountDownLatch lastRowTaken = new CountDownLatch(1);

  /** Its pass goes on only when the task has taken all rows, because it isn't alone. */
  private int companion = -1;

  private void awaitLastRow() {
    try {
      if (!lastRowTaken.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("the row was alone");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private final Leases leases = new Leases(Fragile::new);
  private final Map<String, Result> results = new TreeMap<>();
  private InFlight inFlight;
  private Path folder;
  private int attempts;

  @BeforeEach
  void makeFolder(@TempDir Path temporary) {
    folder = temporary.resolve("results/_in-flight/r1");
    ResultLog log = new ResultLog(temporary.resolve("results").toUri().toString());
    inFlight = log.inFlight(new Configuration(), "r1");
  }

  @AfterEach
  void unload() throws InterruptedException {
    leases.close();
  }

  private static String key(int token) {
    return String.format(Locale.ROOT, "%064x", token);
  }

  private static PendingRow row(int token) {
    return new PendingRow(key(token), new int[] {token}, List.of(), null, null);
  }

  /** One attempt at rows with these tokens as prompts. */
  private void attempt(int reach, int... tokens) throws InterruptedException {
    List<PendingRow> rows = IntStream.of(tokens).mapToObj(PoisonSearchTest::row).toList();
    GenerateSettings settings = GenerateSettings.trial(1);
    RequestGroup group =
        RequestGroup.generation(
            settings, new int[0], () -> new CompletionText(ids -> "", List.of()));
    GenerationTask task = new GenerationTask(settings, group, id -> "");
    passes.clear();
    attempts++;
    try (EngineLease lease = leases.lease();
        PoisonSearch poison = new PoisonSearch(inFlight, lease, 3, attempts, reach)) {
      TaskLoop.Sink sink = poison.guard(each -> results.put(each.key(), each));
      new TaskLoop(lease, row -> task, sink, counter())
          .run(watched(rows), Set.copyOf(results.keySet()));
    }
  }

  private Iterator<PendingRow> watched(List<PendingRow> rows) {
    Iterator<PendingRow> all = rows.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public PendingRow next() {
        PendingRow row = all.next();
        if (!all.hasNext()) {
          lastRowTaken.countDown();
        }
        return row;
      }
    };
  }

  private static RowCounter counter() {
    return new RowCounter() {
      @Override
      public void row(int promptTokens, int completionTokens) {}

      @Override
      public void failed(String reason, boolean tried) {}
    };
  }

  private void dies(int reach, int... tokens) {
    assertThatExceptionOfType(SystemException.class)
        .isThrownBy(() -> attempt(reach, tokens))
        .withMessage("the engine failed: java.lang.IllegalStateException: bad kernel");
  }

  private Set<String> marks() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void attempts_rowThatKillsTheEngine_isFoundAndTheOthersAreDone() throws Exception {
    dies(10, POISON, 1, 2);
    dies(10, POISON, 1, 2);
    assertThat(results).as("rows beside it").isEmpty();
    assertThat(marks()).containsExactlyInAnyOrder("partition-00003.1", "partition-00003.2");

    dies(10, POISON, 1, 2);
    assertThat(passes).containsExactly(List.of(POISON));
    assertThat(marks()).contains("row-" + key(POISON) + ".3");
    dies(10, POISON, 1, 2);
    assertThat(passes).as("once may be bad luck").containsExactly(List.of(POISON));
    assertThat(PoisonSearch.found(inFlight)).isEqualTo(1);

    attempt(10, POISON, 1, 2);
    assertThat(passes).as("one at a time").containsExactly(List.of(1), List.of(2));
    assertThat(results.get(key(1)).status()).isEqualTo("ok");
    assertThat(results.get(key(2)).status()).isEqualTo("ok");
    assertThat(results.get(key(POISON)).status()).isEqualTo("failed");
    assertThat(results.get(key(POISON)).error())
        .isEqualTo(
            "the engine or its process died 2 times while it ran this row alone; the executors'"
                + " logs say how");
    assertThat(marks()).noneMatch(mark -> mark.endsWith(".5"));
  }

  @Test
  void attempts_behindWhatAnAttemptReaches_areDoneTogether() throws Exception {
    inFlight.begin("partition-00003", 91);
    inFlight.begin("partition-00003", 92);
    companion = 3;
    attempt(2, 1, 2, 3, 4, 5);
    assertThat(passes.subList(0, 2)).containsExactly(List.of(1), List.of(2));
    assertThat(passes.stream().flatMap(List::stream)).containsExactly(1, 2, 3, 4, 5);
    assertThat(results.values()).allMatch(each -> each.status().equals("ok"));
    assertThat(marks()).containsExactlyInAnyOrder("partition-00003.91", "partition-00003.92");
  }

  @Test
  void attempts_thatDieOnceOnly_areNotSuspected() throws Exception {
    inFlight.begin("partition-00003", 91);
    inFlight.begin("partition-00033", 92);
    companion = 1;
    attempt(10, 1, 2, 3);
    assertThat(results).hasSize(3);
  }

  @Test
  void evidence_growsUpToABound() {
    assertThat(PoisonSearch.evidence(inFlight)).isZero();
    for (int attempt = 0; attempt < 9; attempt++) {
      inFlight.begin("partition-00001", attempt);
    }
    inFlight.begin("row-k", 1);
    assertThat(PoisonSearch.evidence(inFlight)).isEqualTo(3);
    assertThat(PoisonSearch.found(inFlight)).isZero();
    inFlight.clear();
    assertThat(PoisonSearch.evidence(inFlight)).isZero();
  }
}
