package io.herd.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Sends a schedule's signals when they are due, and wakes up whom it has stopped. */
final class Striker {
  private static final long POLL_MILLIS = 5;

  /** Longer than executors may be silent before they are given up. */
  private static final long STOPPED_MILLIS = 22_000;

  private static final long MOST_MILLIS = 30_000;

  /** Finds whom to strike. */
  interface Processes {
    List<ProcessHandle> of(Strike.Target target);

    /** One of them was killed. */
    default void killed(Strike.Target target) {}
  }

  private final List<Strike> strikes;
  private final Fired fired;
  private final Traces traces;
  private final Processes processes;
  private final Map<Strike, Long> due = new HashMap<>(); // milliseconds of the JVM's clock
  private final Map<ProcessHandle, Long> stopped = new HashMap<>();
  private final Thread thread = new Thread(this::watch, "striker");
  private volatile boolean closed;

  private Striker(List<Strike> strikes, Fired fired, Traces traces, Processes processes) {
    this.strikes = new ArrayList<>(strikes);
    this.fired = fired;
    this.traces = traces;
    this.processes = processes;
  }

  static Striker start(List<Strike> strikes, Fired fired, Traces traces, Processes processes) {
    Striker striker = new Striker(strikes, fired, traces, processes);
    striker.thread.start();
    return striker;
  }

  private void watch() {
    try {
      while (!closed) {
        if (!strikes.isEmpty()) {
          int files = traces.hasSnapshot() ? traces.logFiles().size() : -2;
          strikes.removeIf(strike -> isDue(strike, files) && strike(strike));
        }
        wake(now());
        Thread.sleep(POLL_MILLIS);
      }
      wake(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      wake(Long.MAX_VALUE);
    }
  }

  private boolean isDue(Strike strike, int files) {
    if (files >= strike.files()) {
      due.putIfAbsent(strike, now() + strike.millis());
    }
    return due.containsKey(strike) && due.get(strike) <= now();
  }

  /** False when there is nobody now. */
  private boolean strike(Strike strike) {
    List<ProcessHandle> targets = processes.of(strike.target());
    if (targets.isEmpty()) {
      return false;
    }
    ProcessHandle target = targets.get(strike.number() % targets.size());
    fired.first(strike);
    signal(target, strike.signal().name());
    if (strike.signal() == Strike.Signal.STOP) {
      stopped.put(target, now() + Math.min(MOST_MILLIS, STOPPED_MILLIS + 5L * strike.millis()));
    } else if (strike.signal() == Strike.Signal.KILL) {
      processes.killed(strike.target());
    }
    return true;
  }

  private void wake(long time) {
    stopped.entrySet().removeIf(each -> each.getValue() <= time && signal(each.getKey(), "CONT"));
  }

  static boolean signal(ProcessHandle process, String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** Those below a process whose command has a word, in the order of their numbers. */
  static List<ProcessHandle> below(Stream<ProcessHandle> processes, String word) {
    return processes
        .filter(process -> command(process).map(it -> it.contains(word)).orElse(false))
        .sorted()
        .toList();
  }

  /** Java itself cuts off long ones. */
  private static Optional<String> command(ProcessHandle process) {
    try {
      return Optional.of(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
    } catch (IOException e) {
      return Optional.empty(); // it has ended
    }
  }

  /** Ends, and leaves nobody stopped. */
  void end() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
