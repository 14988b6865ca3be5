package io.herd.udfs;

/**
 * Something that the person who runs the job can put right: configuration, model, schema, access.
 */
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
