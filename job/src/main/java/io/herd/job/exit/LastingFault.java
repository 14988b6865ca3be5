package io.herd.job.exit;

import io.herd.udfs.Causes;
import io.herd.udfs.UserException;
import io.herd.udfs.storage.StoreFaults;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkThrowable;

/**
 * Recognizes exceptions of Spark, Hadoop and Java that only the user can fix. With exit code 1 a
 * scheduler would run them again for ever: a query divides by zero each time, and a bucket doesn't
 * appear by waiting.
 */
final class LastingFault {
  /** SQLSTATE classes of values that a query can't process, and of {@code raise_error}. */
  private static final List<String> STATES = List.of("22", "21", "P0001");

  private LastingFault() {}

  /** Returns the first such exception among the causes, with a remedy. */
  static Optional<UserException> of(Throwable thrown) {
    return Causes.of(thrown).map(LastingFault::one).flatMap(Optional::stream).findFirst();
  }

  private static Optional<UserException> one(Throwable thrown) {
    if (thrown instanceof InvalidPathException) {
      return Optional.of(
          new UserException(
              thrown.getMessage() + " (Java reads names of files by the locale)",
              "set LC_ALL=C.UTF-8 in the environment, on a cluster also"
                  + " spark.executorEnv.LC_ALL=C.UTF-8.",
              thrown));
    }
    if (thrown instanceof SparkThrowable spark && isOfTheQuery(spark.getSqlState())) {
      return Optional.of(
          new UserException(
              "a row can't be read or calculated: " + firstLine(thrown),
              "correct herd.input.sql, or the value that it fails on; the same call would fail"
                  + " again.",
              thrown));
    }
    return ofAStore(thrown);
  }

  private static boolean isOfTheQuery(String state) {
    return state != null && STATES.stream().anyMatch(state::startsWith);
  }

  private static Optional<UserException> ofAStore(Throwable thrown) {
    if (StoreFaults.isMissingBucket(thrown)) {
      return Optional.of(
          new UserException(
              "the bucket isn't there: " + firstLine(thrown),
              "create it, or correct its name in herd.input, herd.output or herd.run.work-dir.",
              thrown));
    }
    return StoreFaults.isMissingLogin(thrown)
        ? Optional.of(
            new UserException(
                "the store accepts no login: " + firstLine(thrown),
                "give Spark its keys, for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in"
                    + " the environment, or a role of the machine's.",
                thrown))
        : Optional.empty();
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
  }
}
