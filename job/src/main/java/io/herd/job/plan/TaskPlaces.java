package io.herd.job.plan;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;

/**
 * Assigns groups of rows to tasks so that the tasks' numbers of rows stay even. A place is a number
 * that Spark's hash partitioning puts into one task.
 */
final class TaskPlaces {
  /** The seed of Spark's hash partitioning, see {@code HashPartitioning}. */
  private static final int SEED = 42;

  /** A task and its number of rows so far. */
  private record Task(long place, long rows) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::rows).thenComparingLong(Task::place));

  TaskPlaces(int count) {
    boolean[] there = new boolean[count];
    for (long place = 0; tasks.size() < count; place++) {
      int task = Math.floorMod(Murmur3_x86_32.hashLong(place, SEED), count);
      if (!there[task]) {
        there[task] = true;
        tasks.add(new Task(place, 0));
      }
    }
  }

  /**
   * Returns places for the pieces of a group, each in the task with the fewest rows.
   *
   * @param pieces no more than there are tasks
   */
  long[] take(int pieces, long rows) {
    Task[] taken = new Task[pieces];
    long[] places = new long[pieces];
    for (int i = 0; i < pieces; i++) {
      taken[i] = tasks.remove();
      places[i] = taken[i].place();
    }
    for (Task task : taken) {
      tasks.add(new Task(task.place(), task.rows() + rows / pieces));
    }
    return places;
  }
}
