package io.herd.udfs;

/**
 * The base of every exception that Herd throws: a problem, its cause and what to do about it.
 *
 * <p>There are three kinds, and what is done about each differs: {@link UserException} ends the run
 * with exit code 2, {@link RowException} becomes the row's {@code status} and {@code error}, and
 * {@link SystemException} ends the run with exit code 1. No message ever holds a token or the text
 * of a prompt.
 */
public abstract class HerdException extends RuntimeException {
  protected HerdException(String message, Throwable cause) {
    super(message, cause);
  }

  protected HerdException(String problem, String remedy, Throwable cause) {
    this(problem + "\n  What to do: " + remedy, cause);
  }
}
