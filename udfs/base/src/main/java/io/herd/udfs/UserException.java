package io.herd.udfs;

/** A fault that the user can fix: configuration, model, schema, access. */
public final class UserException extends HerdException {
  /**
   * @param problem what is wrong, with the offending value
   * @param remedy what to do, as a sentence
   */
  public UserException(String problem, String remedy) {
    this(problem, remedy, null);
  }

  public UserException(String problem, String remedy, Throwable cause) {
    super(problem, remedy, cause);
  }
}
