package io.herd.job.output;

import io.herd.udfs.UserException;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A kind of output. What readers see while it is written, and after a kill at any moment, is
 * written down at each; in all of them a run that writes again, under the same name, leaves what
 * one that wrote once does.
 */
interface Sink {
  /** Returns whether an output exists. */
  boolean exists();

  /**
   * Refuses a mode whose promise it can't keep.
   *
   * @throws UserException with the reason and the remedy
   */
  default void check() {}

  /** Returns a promise that it can't give here, but could elsewhere. */
  default Optional<String> caveat() {
    return Optional.empty();
  }

  /**
   * Finds out before generation whether it can store the columns.
   *
   * @param noRows a Dataset with the columns of the output
   * @param trial a folder to write to, which is removed afterwards
   * @throws UserException saying what it can't hold
   */
  default void tryOut(Dataset<Row> noRows, String trial) {}

  /** Restores what a run that died while publishing took from readers. */
  default void recover() {}

  /** Returns whether a run's rows are in it already, where writing them again would add rows. */
  default boolean holds(String run) {
    return false;
  }

  /**
   * Returns whether the existing output is this run's, where an output that is replaced can tell.
   */
  default boolean isOf(String run) {
    return true;
  }

  /**
   * Settles a run that died while it added its rows: if its commit was made, all of them are there
   * afterwards; otherwise none is, and none can appear later.
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

  /** Returns why a run's rows can't be distinguished when read back, if so. */
  default Optional<String> unreadable() {
    return Optional.empty();
  }

  /** Reads a run's rows as readers see them. */
  Dataset<Row> read(String run, StructType columns);
}
