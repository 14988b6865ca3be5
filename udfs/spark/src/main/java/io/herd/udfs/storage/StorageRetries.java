package io.herd.udfs.storage;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.event.ExecutionAttemptedEvent;
import io.herd.udfs.Causes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries operations on shared storage, which may be unreachable for a minute, or answer 503 to
 * every request. What will be no better in a minute fails at once.
 */
public final class StorageRetries {
  private static final Logger LOG = LoggerFactory.getLogger(StorageRetries.class);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> LASTING =
      List.of("No space left on device", "Disk quota exceeded", "quota is exceeded");

  private final RetryPolicy<Object> policy;

  private StorageRetries(RetryPolicy<Object> policy) {
    this.policy = policy;
  }

  /** Returns no retries for the local disk, whose failures are permanent. */
  public static StorageRetries of(FileSystem files) {
    return "file".equals(files.getUri().getScheme())
        ? new StorageRetries(RetryPolicy.builder().withMaxRetries(0).build())
        : waiting(FIRST_WAIT, LONGEST_WAIT, PATIENCE);
  }

  /**
   * Returns retries with delays that double from {@code first} to {@code longest}, up to a total
   * time.
   */
  public static StorageRetries waiting(Duration first, Duration longest, Duration inAll) {
    return new StorageRetries(
        RetryPolicy.builder()
            .handle(IOException.class, FSError.class)
            .abortOn(StorageRetries::lasts)
            .withBackoff(first, longest)
            .withMaxDuration(inAll)
            .withMaxRetries(-1)
            .onRetry(again -> LOG.warn("storage failed, trying again: {}", reason(again)))
            .build());
  }

  private static String reason(ExecutionAttemptedEvent<Object> again) {
    return String.valueOf(again.getLastException());
  }

  /** An operation without a result. */
  @FunctionalInterface
  public interface Call {
    /**
     * Runs the operation.
     *
     * @param again whether it has been tried before; it may then have been done, and its answer
     *     lost
     */
    void run(boolean again) throws IOException;
  }

  /** An operation with a result. */
  @FunctionalInterface
  public interface Source<T> {
    /**
     * Runs the operation and returns its result.
     *
     * @param again as for {@link Call}
     */
    T get(boolean again) throws IOException;
  }

  /**
   * Runs an operation, several times if necessary.
   *
   * @throws IOException of the last try; an {@link InterruptedIOException} when the wait for the
   *     next one was interrupted
   */
  public void run(Call call) throws IOException {
    get(
        again -> {
          call.run(again);
          return null;
        });
  }

  /** Runs an operation with a result, again after temporary failures. */
  public <T> T get(Source<T> source) throws IOException {
    try {
      return Failsafe.with(policy).get(attempt -> source.get(attempt.getAttemptCount() > 0));
    } catch (FailsafeException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted").initCause(e);
      }
      throw e;
    }
  }

  private static boolean lasts(Throwable failure) {
    return Causes.of(failure)
        .anyMatch(
            cause ->
                cause instanceof AccessControlException
                    || StoreFaults.isMissingBucket(cause)
                    || StoreFaults.isMissingLogin(cause)
                    || LASTING.stream().anyMatch(String.valueOf(cause.getMessage())::contains));
  }
}
