package io.herd.udfs;

/** The machine's, the network's or the cluster's fault; a rerun may succeed. */
public final class SystemException extends HerdException {
  public SystemException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a thread that was interrupted, which stays marked as that. */
  public static SystemException interrupted(String doing, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new SystemException("interrupted while " + doing, cause);
  }

  /** With what to do, as in {@link UserException}; the cause may be null. */
  public SystemException(String problem, String remedy, Throwable cause) {
    super(problem, remedy, cause);
  }
}
