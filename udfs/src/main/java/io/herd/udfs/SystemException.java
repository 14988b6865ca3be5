package io.herd.udfs;

/** The machine's, the network's or the cluster's fault; a rerun may succeed. */
public final class SystemException extends HerdException {
  public SystemException(String message, Throwable cause) {
    super(message, cause);
  }
}
