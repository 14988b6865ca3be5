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
 * Tries again what shared storage didn't do: it may be out of reach for a minute, or answer 503 to
 * all that it is asked. What will be no better in a minute fails at once.
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

  /** None for the local disk, whose failures last. */
  public static StorageRetries of(FileSystem files) {
    return "file".equals(files.getUri().getScheme())
        ? new StorageRetries(RetryPolicy.builder().withMaxRetries(0).build())
        : waiting(FIRST_WAIT, LONGEST_WAIT, PATIENCE);
  }

  /** With waits that double from {@code first} to {@code longest}, for so long in all. */
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

  /** What is to be done. */
  @FunctionalInterface
  public interface Call {
    /**
     * Does it.
     *
     * @param again whether it has been tried before; it may then have been done, and its answer
     *     lost
     */
    void run(boolean again) throws IOException;
  }

  /** What is to be had. */
  @FunctionalInterface
  public interface Source<T> {
    /**
     * Gets it.
     *
     * @param again as for {@link Call}
     */
    T get(boolean again) throws IOException;
  }

  /**
   * Does it, if need be several times.
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

  /** Runs what has an answer, again where it failed for the moment. */
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
