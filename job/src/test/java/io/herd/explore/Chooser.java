package io.herd.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Decides at each point of a schedule what happens there. 0 is what usually does. */
interface Chooser {
  /** This schedule needn't go on: it has come to a state that another one has been in. */
  int KNOWN = -1;

  /**
   * Chooses one of so many things.
   *
   * @param timing how many of them, the first, only decide who goes on when
   * @param state all that decides how it goes on
   */
  int choose(int options, int timing, LongSupplier state);

  /** What happens at a step for which that is settled beforehand. */
  default Optional<Turns.Effect> settled(String who, String what) {
    return Optional.empty();
  }

  /** Notes what another chooser has chosen, so that it can be repeated. */
  final class Recorded implements Chooser {
    private final Chooser chooser;
    private final Map<Integer, Integer> deviations = new TreeMap<>();
    private int points;

    Recorded(Chooser chooser) {
      this.chooser = chooser;
    }

    @Override
    public int choose(int options, int timing, LongSupplier state) {
      int chosen = chooser.choose(options, timing, state);
      if (chosen > 0) {
        deviations.put(points, chosen);
      }
      points++;
      return chosen;
    }

    int points() {
      return points;
    }

    /** As {@link Replay} reads it. */
    @Override
    public String toString() {
      return deviations.entrySet().stream()
          .map(each -> each.getKey() + "=" + each.getValue())
          .collect(Collectors.joining(","));
    }
  }

  /** Lets a few things happen, each at the first step that fits it once those before it did. */
  final class Script implements Chooser {
    private record Event(String who, String what, Turns.Effect effect) {}

    private final Deque<Event> events = new ArrayDeque<>();

    /**
     * Adds what happens next.
     *
     * @param who a process, with an apostrophe for its heartbeat
     * @param what an expression that the whole step matches
     */
    Script then(String who, String what, Turns.Effect effect) {
      events.add(new Event(who, what, effect));
      return this;
    }

    @Override
    public Optional<Turns.Effect> settled(String who, String what) {
      Event next = events.peek();
      if (next == null || !next.who().equals(who) || !what.matches(next.what())) {
        return Optional.empty();
      }
      return Optional.of(events.remove().effect());
    }

    @Override
    public int choose(int options, int timing, LongSupplier state) {
      return 0;
    }

    /** Whether all of it has happened. */
    boolean isOver() {
      return events.isEmpty();
    }
  }

  /** Does what was recorded. */
  final class Replay implements Chooser {
    private final Map<Integer, Integer> deviations = new TreeMap<>();
    private int point;

    Replay(String recorded) {
      for (String each : recorded.split(",", -1)) {
        String[] pair = each.split("=", -1);
        if (pair.length == 2) {
          deviations.put(Integer.parseInt(pair[0]), Integer.parseInt(pair[1]));
        }
      }
    }

    @Override
    public int choose(int options, int timing, LongSupplier state) {
      return Math.min(options - 1, deviations.getOrDefault(point++, 0));
    }
  }

  /** Deviates at some points, which are drawn before, so that late ones are as likely as early. */
  final class Drawn implements Chooser {
    private static final int MOST = 6;

    private final SplittableRandom random;
    private final Set<Integer> at = new HashSet<>();
    private int point;

    /**
     * @param points of an undisturbed schedule, roughly
     */
    Drawn(long seed, int points) {
      this.random = new SplittableRandom(seed);
      int deviations = 1 + random.nextInt(MOST);
      for (int i = 0; i < deviations; i++) {
        at.add(random.nextInt(points + points / 2));
      }
    }

    @Override
    public int choose(int options, int timing, LongSupplier state) {
      return at.contains(point++) && options > 1 ? 1 + random.nextInt(options - 1) : 0;
    }
  }

  /** All schedules with up to so many deviations, depth first; each state is gone on from once. */
  final class DepthFirst implements Chooser {
    private final int bound;
    private final boolean onlyTiming;
    private final List<int[]> path = new ArrayList<>(); // chosen, of how many
    private final Set<Long> known = new HashSet<>();
    private int point;
    private int left;

    DepthFirst(int bound, boolean onlyTiming) {
      this.bound = bound;
      this.onlyTiming = onlyTiming;
      this.left = bound;
    }

    @Override
    public int choose(int options, int timing, LongSupplier state) {
      if (point == path.size()) {
        if (!known.add(31 * state.getAsLong() + left)) {
          return KNOWN;
        }
        path.add(new int[] {0, left == 0 ? 1 : onlyTiming ? timing : options});
      }
      int chosen = path.get(point++)[0];
      left -= chosen > 0 ? 1 : 0;
      return chosen;
    }

    /** Turns to the next schedule, if there is one. */
    boolean next() {
      point = 0;
      left = bound;
      while (!path.isEmpty()) {
        int[] last = path.get(path.size() - 1);
        if (++last[0] < last[1]) {
          return true;
        }
        path.remove(path.size() - 1);
      }
      return false;
    }

    int states() {
      return known.size();
    }
  }
}
