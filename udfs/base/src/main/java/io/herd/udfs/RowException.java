package io.herd.udfs;

/** A fault that lies in one row's data: the row fails with this message, the others go on. */
public final class RowException extends HerdException {
  public RowException(String message) {
    super(message, null);
  }
}
