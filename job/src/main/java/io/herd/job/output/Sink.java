package io.herd.job.output;

import io.herd.udfs.UserException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A kind of place that an output can go to. What readers see while it is written, and after a kill
 * at any moment, is written down at each; in all of them a run that writes again, under the same
 * name, leaves what one that wrote once does.
 */
interface Sink {
  /** Whether an output is there already. */
  boolean exists();

  /**
   * Refuses a mode that it can't keep the promise in.
   *
   * @throws UserException with the reason and the remedy
   */
  default void check() {}

  /** What it can't promise here, where it could elsewhere. */
  default Optional<String> caveat() {
    return Optional.empty();
  }

  /**
   * Finds out before anything is generated whether it can hold the columns.
   *
   * @param noRows a Dataset with the columns of the output
   * @param trial a folder to write to, which is removed afterwards
   * @throws UserException saying what it can't hold
   */
  default void tryOut(Dataset<Row> noRows, String trial) {}

  /** Gives readers back what a run that died as it published took from them. */
  default void recover() {}

  /** Whether a run's rows are in it already, where writing them again would add to them. */
  default boolean holds(String run) {
    return false;
  }

  /** Whether what is there is a run's, where an output that is replaced tells. */
  default boolean isOf(String run) {
    return true;
  }

  /**
   * Ends what a run began that died as it added its rows: if its commit was made, all of them are
   * there afterwards, else none, and none can come later.
   */
  default void settle(String run) {}

  /**
   * Writes a run's rows.
   *
   * @param fence is called before steps that can't be taken back, and throws if the run has been
   *     replaced by another
   * @return whether the run's rows are now these; not, if another had written them for it
   */
  boolean write(Dataset<Row> rows, String run, Runnable fence);

  /** Why a run's rows can't be read apart from others, if so. */
  default Optional<String> unreadable() {
    return Optional.empty();
  }

  /** What readers find of a run's rows. */
  Dataset<Row> read(String run, StructType columns);
}
