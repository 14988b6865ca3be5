package io.herd.udfs.partition;

import io.herd.udfs.RowException;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.results.InFlight;
import io.herd.udfs.results.Result;
import java.util.Locale;

/**
 * Finds the row that kills its process or its engine. A partition at which two attempts died is
 * begun one row at a time, and a row at which two died while it was alone fails.
 *
 * <p>Only as many rows are done alone as an attempt can have had in work without having written
 * their results: they come first again, and the one that is looked for is among them.
 */
public final class PoisonSearch implements AutoCloseable {
  /** Maximum number of dead attempts that count as coincidence. */
  private static final int BAD_LUCK = 1;

  private static final String ROW = "row-";

  private final InFlight inFlight;
  private final EngineLease engine;
  private final String partition;
  private final long attempt;
  private int suspects;
  private String alone; // the row that is being done alone, if one is

  /**
   * Begins an attempt at a partition.
   *
   * @param reach rows that an attempt can have begun without writing their results
   */
  PoisonSearch(InFlight inFlight, EngineLease engine, int partition, long attempt, int reach) {
    this.inFlight = inFlight;
    this.engine = engine;
    this.partition = name(partition);
    this.attempt = attempt;
    this.suspects = inFlight.left(this.partition) > BAD_LUCK ? reach : 0;
    inFlight.begin(this.partition, attempt);
  }

  /** Returns a partition's name among the work in flight. */
  static String name(int partition) {
    return String.format(Locale.ROOT, "partition-%05d", partition);
  }

  /** Returns the number of rows that killed more attempts than coincidence explains. */
  public static long found(InFlight inFlight) {
    return inFlight.left().entrySet().stream()
        .filter(each -> each.getKey().startsWith(ROW) && each.getValue() > BAD_LUCK)
        .count();
  }

  /** Returns a measure of the evidence, which grows as attempts die, up to a bound. */
  public static long evidence(InFlight inFlight) {
    return inFlight.left().values().stream().mapToInt(n -> Math.min(n, BAD_LUCK + 1)).sum();
  }

  /** Observes every row on its way to the sink. */
  TaskLoop.Sink guard(TaskLoop.Sink sink) {
    return new TaskLoop.Sink() {
      @Override
      public boolean oneAtATime() {
        return suspects > 0 || alone != null;
      }

      @Override
      public void begin(String key) throws InterruptedException {
        PoisonSearch.this.begin(key);
        sink.begin(key);
      }

      @Override
      public void append(Result result) {
        end();
        sink.append(result);
      }

      @Override
      public void idle() {
        sink.idle();
      }
    };
  }

  /**
   * Marks the beginning of a row, before any work on it.
   *
   * @throws RowException when it is the one that is looked for
   */
  private void begin(String key) throws InterruptedException {
    if (suspects == 0) {
      return;
    }
    suspects--;
    String row = ROW + key;
    int deaths = inFlight.left(row);
    if (deaths > BAD_LUCK) {
      throw new RowException(
          "the engine or its process died "
              + deaths
              + " times while it ran this row alone; the executors' logs say how");
    }
    engine.beginAlone();
    alone = row;
    inFlight.begin(row, attempt);
  }

  /** Marks the end of the last row that began. */
  private void end() {
    if (alone != null) {
      inFlight.end(alone, attempt);
      alone = null;
      engine.endAlone();
    }
  }

  /** Ends the attempt; the row that killed an engine stays marked. */
  @Override
  public void close() {
    if (engine.alive()) {
      end();
      inFlight.end(partition, attempt);
    }
  }
}
