package io.herd.udfs;

/** A fault of the machine, the network or the cluster; a rerun may succeed. */
public final class SystemException extends HerdException {
  public SystemException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Creates the exception for an interrupted thread, which stays marked as interrupted. */
  public static SystemException interrupted(String doing, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new SystemException("interrupted while " + doing, cause);
  }

  /** Creates an exception with a remedy, as in {@link UserException}; the cause may be null. */
  public SystemException(String problem, String remedy, Throwable cause) {
    super(problem, remedy, cause);
  }
}
