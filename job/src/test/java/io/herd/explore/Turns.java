package io.herd.explore;

import io.herd.job.workdir.Time;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Threads that take turns, of processes that may die or stall. One runs at a time, up to its next
 * {@link #step}, where a {@link Chooser} decides what happens. Time is frozen while one of them can
 * run, unless a step takes long.
 */
final class Turns {
  /** What may happen at a step. */
  enum Effect {
    /** It is done. */
    GO,
    /** The process stalls before it for longer than a lease lasts. */
    PAUSE,
    /** Other threads go on meanwhile, those of the process included. */
    SLOW,
    /** The process stalls before it until all others have ended. */
    STAND_STILL,
    /** The process dies before it. */
    CRASH,
    /** The time of day of this machine jumps. */
    JUMP,
    /** Nothing happens, and the caller is told. */
    FAIL,
    /** It is done, and the caller is told that it isn't. */
    FAIL_AFTER
  }

  private static final List<Effect> TIMING = List.of(Effect.GO, Effect.PAUSE, Effect.SLOW);
  private static final List<Effect> ANYWHERE =
      List.of(Effect.GO, Effect.PAUSE, Effect.SLOW, Effect.STAND_STILL, Effect.CRASH, Effect.JUMP);
  private static final List<Effect> IN_STORAGE =
      Stream.concat(ANYWHERE.stream(), Stream.of(Effect.FAIL, Effect.FAIL_AFTER)).toList();
  private static final ThreadLocal<Actor> CURRENT = new ThreadLocal<>();
  private static final long FOREVER = Long.MAX_VALUE;
  private static final Duration PAUSE = Duration.ofSeconds(40);
  private static final Duration SLOW = Duration.ofSeconds(16);
  private static final Duration JUMP = Duration.ofDays(8);

  /** Who waits by looking from time to time looks seldom here: each look is a point. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static final Duration OVERSLEPT = Duration.ofSeconds(10);
  private static final int MOST_STEPS = 20_000;

  /** A process has died, or the schedule has ended; code that tidies up can do nothing, either. */
  static final class Death extends Error {
    private final boolean now;

    Death(boolean now) {
      super("this process has died", null, false, false);
      this.now = now;
    }

    /** Whether it is this very step that it dies at. */
    boolean now() {
      return now;
    }
  }

  /** What a process does. */
  interface Body {
    void run(Driver process) throws Exception;
  }

  /** A process with its machine's clocks. */
  final class Driver implements Time {
    private final String name;
    private final Clock clock = new WallClock(this);
    private final boolean calm;
    private boolean dead;
    private boolean ended;
    private long still;
    private Duration jumped = Duration.ZERO;

    private Driver(String name, boolean calm) {
      this.name = name;
      this.calm = calm;
    }

    String name() {
      return name;
    }

    Clock clock() {
      return clock;
    }

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      Actor self = CURRENT.get();
      self.wake = now + (duration.compareTo(SHORT) < 0 ? OVERSLEPT : duration).toNanos();
      self.doing = "sleeps";
      passOn(self);
    }

    @Override
    public Repeated every(String thread, Duration interval, Runnable task) {
      boolean[] state = {false, false}; // under way, closed
      start(
          this,
          true,
          process -> {
            while (!state[1]) {
              sleep(interval);
              if (!state[1]) {
                state[0] = true;
                task.run();
                state[0] = false;
              }
            }
          });
      return () -> {
        state[1] = true;
        Actor self = CURRENT.get();
        self.until = () -> !state[0];
        self.doing = "waits";
        passOn(self);
        self.until = () -> true;
      };
    }

    private boolean gone() {
      return dead || ended;
    }
  }

  private static final class WallClock extends Clock {
    private final Driver process;

    WallClock(Driver process) {
      this.process = process;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plus(process.jumped).plusNanos(process.nanos());
    }
  }

  private static final class Actor {
    private final Driver process;
    private final boolean daemon;
    private final Semaphore turn = new Semaphore(0);
    private final Semaphore left = new Semaphore(0);
    private BooleanSupplier until = () -> true;
    private String doing = "begins";
    private long wake;
    private long seen;
    private boolean done;

    Actor(Driver process, boolean daemon) {
      this.process = process;
      this.daemon = daemon;
    }
  }

  private final ExecutorService threads;
  private final Chooser chooser;
  private final Store store;
  private final List<String> history;
  private final List<Driver> processes = new ArrayList<>();
  private final List<Actor> actors = new ArrayList<>();

  private final Semaphore finished = new Semaphore(0);
  private volatile boolean over;
  private volatile boolean known;
  private volatile Throwable failure;
  private long now;
  private int steps;

  /** What processes share, as part of the state. */
  interface Store {
    long hash();
  }

  /**
   * @param history gets a line for each step, or null
   */
  Turns(ExecutorService threads, Chooser chooser, Store store, List<String> history) {
    this.threads = threads;
    this.chooser = chooser;
    this.store = store;
    this.history = history;
  }

  /** Adds a process. */
  void process(String name, Body body) {
    add(new Driver(name, false), body, () -> true);
  }

  /** Adds a process that begins when all others have ended, and that nothing happens to. */
  void afterAll(String name, Body body) {
    Driver process = new Driver(name, true);
    add(process, body, () -> processes.stream().allMatch(each -> each == process || each.gone()));
  }

  private void add(Driver process, Body body, BooleanSupplier until) {
    processes.add(process);
    start(process, false, body).until = until;
  }

  private Actor start(Driver process, boolean daemon, Body body) {
    Actor actor = new Actor(process, daemon);
    actors.add(actor);
    threads.execute(() -> live(actor, body));
    return actor;
  }

  private void live(Actor actor, Body body) {
    CURRENT.set(actor);
    actor.turn.acquireUninterruptibly();
    try {
      if (!over) {
        body.run(actor.process);
      }
    } catch (Death e) { // as it was to be
    } catch (Throwable e) {
      failure = failure == null ? e : failure;
    } finally {
      CURRENT.remove();
      end(actor);
    }
  }

  private void end(Actor actor) {
    actor.done = true;
    actor.doing = "has ended";
    if (!actor.daemon) {
      actor.process.ended = true;
    }
    if (!over) {
      pass();
    }
    actor.left.release();
  }

  /**
   * Runs all processes to their ends.
   *
   * @return false when the rest is known from another schedule
   * @throws AssertionError of a process
   */
  boolean run() {
    pass();
    finished.acquireUninterruptibly();
    over = true;
    for (Actor actor : List.copyOf(actors)) {
      actor.turn.release();
      actor.left.acquireUninterruptibly();
    }
    if (failure != null) {
      throw new AssertionError(failure.toString(), failure);
    }
    return !known;
  }

  /** The name of the process that runs. */
  String running() {
    Actor self = CURRENT.get();
    return self == null ? "-" : self.process.name;
  }

  /** The time of day of the machine that asks. */
  long millis() {
    Actor self = CURRENT.get();
    return self == null ? 0 : self.process.clock.millis();
  }

  /** Notes what the one that runs has found out, which decides what it does next. */
  void saw(Object found) {
    Actor self = CURRENT.get();
    if (self != null) {
      self.seen = mix(self.seen, found.hashCode());
      if (history != null) {
        history.add(
            String.format(
                Locale.ROOT,
                "%6.1f s  %s%s  %s: %s",
                now / 1e9,
                self.process.name,
                self.daemon ? "'" : " ",
                self.doing,
                found));
      }
    }
  }

  /**
   * A step of the running thread.
   *
   * @param canFail whether it goes to storage
   * @return whether the caller is to be told that it failed
   * @throws IOException when it isn't to be done
   */
  boolean step(String what, boolean canFail) throws IOException {
    Actor self = CURRENT.get();
    if (self == null) {
      return false;
    }
    if (over || self.process.dead) {
      throw new Death(false);
    }
    if (++steps > MOST_STEPS) {
      throw new AssertionError("no end after " + steps + " steps");
    }
    self.doing = what;
    while (true) {
      Effect effect = decide(self, canFail);
      if (effect == Effect.GO || effect == Effect.FAIL_AFTER) {
        return effect == Effect.FAIL_AFTER;
      }
      if (effect == Effect.FAIL) {
        throw new IOException("explored: " + what);
      }
    }
  }

  private Effect decide(Actor self, boolean canFail) {
    if (self.process.calm) {
      return Effect.GO;
    }
    Optional<Effect> settled =
        chooser.settled(self.process.name + (self.daemon ? "'" : ""), self.doing);
    if (settled.isPresent()) {
      return undergo(self, settled.get());
    }
    List<Actor> others = ready();
    others.remove(self);
    List<Effect> effects = canFail ? IN_STORAGE : ANYWHERE;
    int chosen = choose(effects.size() + others.size(), TIMING.size() + others.size());
    if (chosen > 0 && chosen <= others.size()) {
      note(self, "waits for another's turn");
      hand(self, others.get(chosen - 1));
      return Effect.SLOW;
    }
    return undergo(self, effects.get(Math.max(0, chosen - others.size())));
  }

  private Effect undergo(Actor self, Effect effect) {
    if (effect != Effect.GO) {
      note(self, effect.name());
    }
    switch (effect) {
      case CRASH -> {
        self.process.dead = true;
        throw new Death(true);
      }
      case STAND_STILL -> self.process.still = FOREVER;
      case PAUSE -> self.process.still = now + PAUSE.toNanos();
      case SLOW -> self.wake = now + SLOW.toNanos();
      case JUMP -> self.process.jumped = self.process.jumped.plus(JUMP);
      default -> {
        return effect;
      }
    }
    passOn(self);
    return effect;
  }

  private void note(Actor self, String what) {
    String doing = self.doing;
    self.doing = "before " + doing;
    if (history != null) {
      saw(what);
    }
    self.doing = doing;
  }

  private int choose(int options, int timing) {
    int chosen = chooser.choose(options, timing, this::state);
    if (chosen == Chooser.KNOWN) {
      known = true;
      finished.release();
      over = true;
      throw new Death(false);
    }
    return chosen;
  }

  /** Lets another one run, or this one, until its turn comes again. */
  private void passOn(Actor self) {
    if (over || self.process.dead) {
      throw new Death(false);
    }
    pass();
    await(self);
  }

  private void hand(Actor self, Actor other) {
    other.turn.release();
    await(self);
  }

  private void await(Actor self) {
    self.turn.acquireUninterruptibly();
    if (over || self.process.dead) {
      throw new Death(false);
    }
  }

  private void pass() {
    List<Actor> ready = ready();
    while (ready.isEmpty() && wakeSomebody()) {
      ready = ready();
    }
    if (ready.isEmpty()) {
      if (processes.stream().anyMatch(process -> !process.gone())) {
        failure = failure == null ? new AssertionError("all wait for one another") : failure;
      }
      finished.release();
      return;
    }
    int options = ready.get(0).process.calm ? 1 : ready.size();
    try {
      ready.get(options == 1 ? 0 : choose(options, options)).turn.release();
    } catch (Death e) { // known from here
    }
  }

  private List<Actor> ready() {
    List<Actor> ready = new ArrayList<>();
    for (Actor actor : actors) {
      if (!actor.done
          && !actor.process.gone()
          && actor.process.still <= now
          && actor.wake <= now
          && actor.until.getAsBoolean()) {
        ready.add(actor.daemon ? 0 : ready.size(), actor); // what is due at intervals comes first
      }
    }
    return ready;
  }

  /** Makes time pass, or one that stalled go on; false when there is nobody. */
  private boolean wakeSomebody() {
    List<Driver> still =
        processes.stream().filter(each -> !each.gone() && each.still == FOREVER).toList();
    boolean othersEnded =
        processes.stream().allMatch(each -> each.calm || each.gone() || still.contains(each));
    if (!still.isEmpty() && othersEnded) {
      still.get(0).still = 0;
      return true;
    }
    long next =
        actors.stream()
            .filter(each -> !each.done && !each.process.gone() && each.process.still != FOREVER)
            .mapToLong(each -> Math.max(each.wake, each.process.still))
            .filter(wake -> wake > now)
            .min()
            .orElse(0);
    now = Math.max(now, next);
    return next > 0;
  }

  private long state() {
    long hash = store.hash();
    for (Actor actor : actors) {
      hash = mix(hash, actor.seen);
      hash = mix(hash, actor.doing.hashCode() + (actor.done ? 1 : 0));
      hash = mix(hash, Math.max(0, actor.wake - now));
    }
    for (Driver process : processes) {
      hash = mix(hash, process.gone() ? 1 : process.still == FOREVER ? 2 : 3);
      hash = mix(hash, process.still == FOREVER ? 0 : Math.max(0, process.still - now));
      hash = mix(hash, process.jumped.toDays());
    }
    return hash;
  }

  static long mix(long hash, long value) {
    long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }

  /** Who takes part, for messages. */
  @Override
  public String toString() {
    return processes.stream()
        .map(Driver::name)
        .sorted(Comparator.naturalOrder())
        .toList()
        .toString();
  }
}
