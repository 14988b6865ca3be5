package io.herd.chaos;

import io.herd.chaos.Fault.Effect;
import io.herd.chaos.Fault.Kind;
import io.herd.chaos.Fault.Operation;
import io.herd.chaos.Fault.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What goes wrong in one disturbed run, and in those that take it up. The same seed gives the same
 * schedule as long as an undisturbed run does the same operations; which of two tasks is met still
 * depends on which comes first.
 *
 * @param suite whose seed it is
 * @param faults of the file system and of Spark
 * @param strikes at processes
 */
record Schedule(String suite, int seed, List<Fault> faults, List<Strike> strikes) {
  private static final int MOST_FAULTS = 3;
  private static final int SPARK_EVERY = 6;

  /** Writing goes wrong so many times as often as reading. */
  private static final int WRITES = 4;

  /** Strikes come up to so many milliseconds after their file. */
  private static final int MOST_MILLIS = 1500;

  /** Faults of the file system and of Spark's tasks and jobs. */
  static Schedule ofFaults(String suite, int seed, Map<Kind, Integer> census) {
    SplittableRandom random = random(suite, seed);
    int count = 1 + random.nextInt(MOST_FAULTS);
    return new Schedule(suite, seed, faults(random, count, census), List.of());
  }

  /**
   * One thing that happens before one of the operations by which a driver changes its state and the
   * output.
   *
   * @param nth of all such operations, in an order without a pattern; after the last comes the
   *     first
   */
  static Schedule ofStep(
      String suite, int seed, int nth, Map<Kind, Integer> census, Effect effect) {
    List<Fault> steps = new ArrayList<>();
    new TreeMap<>(census)
        .forEach(
            (kind, count) -> {
              if (kind.operation().writes()
                  && (kind.place() == Place.STATE || kind.place() == Place.OUTPUT)) {
                for (int turn = 1; turn <= count; turn++) {
                  steps.add(new Fault(kind.place(), kind.operation(), turn, effect));
                }
              }
            });
    Collections.shuffle(steps, new Random(0));
    return new Schedule(suite, seed, List.of(steps.get(nth % steps.size())), List.of());
  }

  /** Signals to processes, and faults of the file system. */
  static Schedule ofStrikes(
      String suite, int seed, Map<Kind, Integer> census, int files, List<Strike.Target> targets) {
    SplittableRandom random = random(suite, seed);
    List<Strike> strikes = new ArrayList<>();
    int count = 1 + random.nextInt(2);
    for (int number = 1; number <= count; number++) {
      strikes.add(strike(random, number, files, targets));
    }
    return new Schedule(suite, seed, faults(random, random.nextInt(2), census), strikes);
  }

  private static Strike strike(
      SplittableRandom random, int number, int files, List<Strike.Target> targets) {
    Strike.Target target = targets.get(random.nextInt(targets.size()));
    Strike.Signal signal = Strike.Signal.KILL;
    if (random.nextInt(3) == 0) {
      signal = random.nextBoolean() ? notice(target) : Strike.Signal.STOP;
    }
    int when = random.nextInt(-1, files + 1);
    return new Strike(number, when, random.nextInt(MOST_MILLIS), target, signal);
  }

  /** The signal that lets a process end in order. */
  private static Strike.Signal notice(Strike.Target target) {
    return switch (target) {
      case DRIVER -> Strike.Signal.TERM;
      case EXECUTOR -> Strike.Signal.PWR;
      case WORKER -> Strike.Signal.STOP; // none is known to Spark
    };
  }

  private static List<Fault> faults(SplittableRandom random, int count, Map<Kind, Integer> census) {
    List<Fault> faults = new ArrayList<>();
    while (faults.size() < count) {
      Fault fault = fault(random, census);
      if (faults.stream()
          .noneMatch(other -> other.kind().equals(fault.kind()) && other.nth() == fault.nth())) {
        faults.add(fault);
      }
    }
    return faults;
  }

  private static Fault fault(SplittableRandom random, Map<Kind, Integer> census) {
    if (census.containsKey(new Kind(Place.SPARK, Operation.TASK))
        && random.nextInt(SPARK_EVERY) == 0) {
      return drawn(
          random, random.nextInt(3) > 0 ? Operation.TASK : Operation.JOB, Place.SPARK, census);
    }
    List<Place> places =
        Arrays.stream(Place.values())
            .filter(place -> place != Place.SPARK)
            .filter(place -> census.keySet().stream().anyMatch(kind -> kind.place() == place))
            .toList();
    Place place = places.get(random.nextInt(places.size()));
    List<Operation> operations =
        census.keySet().stream()
            .filter(kind -> kind.place() == place)
            .map(Kind::operation)
            .sorted(Comparator.naturalOrder())
            .flatMap(each -> Stream.generate(() -> each).limit(each.writes() ? WRITES : 1))
            .toList();
    return drawn(random, operations.get(random.nextInt(operations.size())), place, census);
  }

  private static Fault drawn(
      SplittableRandom random, Operation operation, Place place, Map<Kind, Integer> census) {
    List<Effect> effects = operation.effects();
    int nth = 1 + random.nextInt(census.get(new Kind(place, operation)));
    return new Fault(place, operation, nth, effects.get(random.nextInt(effects.size())));
  }

  private static SplittableRandom random(String suite, int seed) {
    return new SplittableRandom(31L * suite.hashCode() + seed);
  }

  /** Names the folder and the address of its runs. */
  String name() {
    return suite + "-" + seed;
  }

  /** What repeats it alone. */
  String command() {
    return "./mvnw verify -Pdeep -Dincluded.tests=chaos -Dherd.chaos.only=" + name();
  }

  List<String> texts() {
    return Stream.concat(faults.stream(), strikes.stream()).map(Object::toString).toList();
  }

  @Override
  public String toString() {
    return name() + " " + texts();
  }
}
