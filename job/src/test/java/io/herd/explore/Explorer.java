package io.herd.explore;

import io.herd.explore.Chooser.DepthFirst;
import io.herd.explore.Chooser.Drawn;
import io.herd.explore.Chooser.Recorded;
import io.herd.explore.Chooser.Replay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Runs a world in many ways: first in all with up to so many deviations from the usual one, then in
 * such as are drawn. What fails is run again, with its history, and can be repeated by {@value
 * #ONLY}.
 */
final class Explorer implements AutoCloseable {
  /** A schedule of a world: {@code NAME:POINT=CHOICE,...}. */
  static final String ONLY = "herd.explore.only";

  private static final int TIMING = 3;
  private static final String LOGGERS = "io.herd";
  private static final AtomicLong WORLDS = new AtomicLong();

  private final MemoryFiles files;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "explored");
            thread.setDaemon(true);
            return thread;
          });
  private final String name;
  private final Supplier<World> worlds;
  private final long began = System.nanoTime();
  private int schedules;
  private int states;
  private long points;

  /**
   * @param name that a schedule is repeated by
   * @param kind of storage
   */
  Explorer(String name, MemoryFiles.Kind kind, Supplier<World> worlds) {
    this.name = name;
    this.files = files(kind);
    this.worlds = worlds;
    Configurator.setLevel(LOGGERS, Level.OFF); // thousands of failures that are meant
  }

  private static MemoryFiles files(MemoryFiles.Kind kind) {
    try {
      return MemoryFiles.of(MemoryFiles.configuration(), "w" + WORLDS.incrementAndGet(), kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Explores, or repeats the schedule that is asked for. */
  void explore(int most, long seed) {
    String only = System.getProperty(ONLY, "");
    if (!only.isEmpty()) {
      if (only.startsWith(name + ":")) {
        String recorded = only.substring(name.length() + 1);
        System.out.println(String.join("\n", history(recorded)));
        run(new Replay(recorded), null);
      }
      return;
    }
    int usual = depthFirst(most);
    for (long each = seed; schedules < most; each++) {
      tryOut(new Drawn(each, usual), "seed " + each);
    }
    System.out.println(this);
  }

  /** Runs the world once, as a script has it. */
  void follow(Chooser.Script script) {
    List<String> history = new ArrayList<>();
    try {
      run(script, history);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + String.join("\n", history), e);
    }
    if (!script.isOver()) {
      throw new AssertionError("the script isn't over:\n" + String.join("\n", history));
    }
  }

  /**
   * What one deviation of any kind does, and then what some do that are matters of time.
   *
   * @return the points of the usual schedule
   */
  private int depthFirst(int most) {
    int usual = tryOut(new DepthFirst(0, true), "the usual one");
    depthFirst(new DepthFirst(1, false), "one deviation", most / 3);
    depthFirst(new DepthFirst(TIMING, true), "matters of time", most * 2 / 3);
    return usual;
  }

  private void depthFirst(DepthFirst search, String which, int most) {
    do {
      tryOut(search, which);
    } while (search.next() && schedules < most);
    states += search.states();
  }

  private int tryOut(Chooser chooser, String which) {
    Recorded recorded = new Recorded(chooser);
    try {
      run(recorded, null);
    } catch (AssertionError e) {
      String history = String.join("\n", history(recorded.toString()));
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%s%n%s%n%nschedule %d (%s), to be repeated by -D%s=%s:%s",
              e.getMessage(),
              history,
              schedules,
              which,
              ONLY,
              name,
              recorded),
          e);
    }
    schedules++;
    points += recorded.points();
    return recorded.points();
  }

  private List<String> history(String recorded) {
    List<String> history = new ArrayList<>();
    try {
      run(new Replay(recorded), history);
    } catch (AssertionError e) { // the one that it is for
    }
    return history;
  }

  private void run(Chooser chooser, List<String> history) {
    World world = worlds.get();
    Turns turns = new Turns(threads, chooser, files, history);
    files.reset(turns);
    try {
      world.fill(files, turns);
      if (turns.run()) {
        world.check();
      }
    } catch (IOException e) {
      throw new AssertionError("the world couldn't be looked at", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    Configurator.setLevel(LOGGERS, Level.WARN);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-38s %,9d schedules %,12d points %,10d states %6.1f s",
        name,
        schedules,
        points,
        states,
        (System.nanoTime() - began) / 1e9);
  }
}
