package io.herd.job.input;

import io.herd.udfs.UserException;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;

/** Runs calls of Spark that depend on the user's configuration. */
public final class SparkAnalysis {
  private SparkAnalysis() {}

  /**
   * Runs a call; analysis errors are the user's to correct.
   *
   * @throws UserException with the first line of what Spark said
   */
  public static <T> T of(String problem, String remedy, Supplier<T> call) {
    try {
      return call.get();
    } catch (Exception e) {
      if (e instanceof AnalysisException || e instanceof ClassNotFoundException) { // undeclared
        throw new UserException(
            problem + ": " + e.getMessage().lines().findFirst().orElse(""), remedy, e);
      }
      throw e;
    }
  }

  /** Runs a call that has no result. */
  public static void run(String problem, String remedy, Runnable call) {
    of(
        problem,
        remedy,
        () -> {
          call.run();
          return null;
        });
  }
}
