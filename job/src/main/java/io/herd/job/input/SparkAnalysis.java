package io.herd.job.input;

import io.herd.udfs.UserException;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;

/** Calls of Spark that depend on what the user named. */
public final class SparkAnalysis {
  private SparkAnalysis() {}

  /**
   * Runs a call; what Spark can't find or make out in it is the user's to correct.
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
