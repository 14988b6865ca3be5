package io.herd.udfs;

/** A fault in one row's data: that row fails with this message, the others continue. */
public final class RowException extends HerdException {
  public RowException(String message) {
    super(message, null);
  }
}
