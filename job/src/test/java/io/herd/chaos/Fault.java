package io.herd.chaos;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * Something that goes wrong once, when an operation's turn has come.
 *
 * @param nth of the operations of this kind in this place, from 1
 */
record Fault(Place place, Operation operation, int nth, Effect effect) {

  /** Parts of what a run writes; Spark's jobs and tasks; the connections to an object store. */
  enum Place {
    RESULTS,
    SNAPSHOT,
    STATE,
    OUTPUT,
    SPARK,
    NETWORK;

    static Place of(Path path) {
      String text = path.toUri().getPath() + "/";
      if (text.contains("/work/results/")) {
        return RESULTS;
      }
      if (text.contains("/work/input/")) {
        return SNAPSHOT;
      }
      return text.contains("/work/") ? STATE : OUTPUT;
    }
  }

  /** What can go wrong. */
  enum Effect {
    /** Nothing happens, and the caller is told. */
    FAIL,
    /** It happens, and the caller is told that it didn't. */
    FAIL_AFTER,
    /** Nothing happens, and the answer is "false". */
    REFUSE,
    /** Half of the bytes are written, and the caller is told. */
    TEAR,
    SLOW,
    /** This and some more operations fail. */
    OUTAGE,
    /** The process dies before the operation. */
    CRASH,
    /** The process dies after the operation. */
    CRASH_AFTER,
    /** The process stalls before the operation, until it gets CONT. */
    STAND,
    /** Spark kills the task. */
    KILL,
    /** Spark cancels the job. */
    CANCEL
  }

  /** What is counted. */
  enum Operation {
    CREATE,
    CLOSE,
    RENAME,
    DELETE,
    MKDIRS,
    LIST,
    STATUS,
    READ,
    /** A task begins. */
    TASK,
    /** A job begins. */
    JOB,
    /** Bytes are sent to an object store. */
    REQUEST;

    /** What can become of it. */
    List<Effect> effects() {
      return switch (this) {
        case CREATE ->
            List.of(
                Effect.FAIL, Effect.FAIL_AFTER, Effect.OUTAGE, Effect.CRASH, Effect.CRASH_AFTER);
        case CLOSE ->
            List.of(Effect.FAIL, Effect.FAIL_AFTER, Effect.TEAR, Effect.SLOW, Effect.CRASH);
        case RENAME ->
            List.of(
                Effect.FAIL,
                Effect.FAIL_AFTER,
                Effect.REFUSE,
                Effect.SLOW,
                Effect.CRASH,
                Effect.CRASH_AFTER);
        case DELETE -> List.of(Effect.FAIL, Effect.FAIL_AFTER, Effect.CRASH, Effect.CRASH_AFTER);
        case MKDIRS -> List.of(Effect.FAIL, Effect.OUTAGE, Effect.CRASH, Effect.CRASH_AFTER);
        case LIST, STATUS -> List.of(Effect.FAIL, Effect.OUTAGE, Effect.CRASH);
        case READ -> List.of(Effect.FAIL, Effect.SLOW, Effect.CRASH);
        case TASK -> List.of(Effect.KILL);
        case JOB -> List.of(Effect.CANCEL);
        case REQUEST -> List.of(Effect.FAIL, Effect.FAIL_AFTER, Effect.OUTAGE);
      };
    }

    /** Whether it changes what is stored, where most can go wrong. */
    boolean writes() {
      return compareTo(LIST) < 0;
    }
  }

  /** What is counted together. */
  record Kind(Place place, Operation operation) implements Comparable<Kind> {
    private static final Comparator<Kind> ORDER =
        Comparator.comparing(Kind::place).thenComparing(Kind::operation);

    @Override
    public int compareTo(Kind other) {
      return ORDER.compare(this, other);
    }
  }

  Kind kind() {
    return new Kind(place, operation);
  }

  /** Also the name of the file that says that it has happened. */
  @Override
  public String toString() {
    return String.join("-", place.name(), operation.name(), Integer.toString(nth), effect.name());
  }

  static Fault parse(String text) {
    String[] parts = text.split("-", -1);
    return new Fault(
        Place.valueOf(parts[0]),
        Operation.valueOf(parts[1]),
        Integer.parseInt(parts[2]),
        Effect.valueOf(parts[3]));
  }

  static String text(List<Fault> faults) {
    return faults.stream().map(Fault::toString).collect(Collectors.joining(","));
  }

  static List<Fault> parseAll(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(Fault::parse).toList();
  }
}
