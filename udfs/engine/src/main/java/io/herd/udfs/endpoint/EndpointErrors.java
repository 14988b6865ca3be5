package io.herd.udfs.endpoint;

import io.herd.udfs.Causes;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import java.net.ConnectException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Explains problems with a server, and their remedies. */
final class EndpointErrors {
  /** Statuses that every row would get: the run ends. */
  private static final Set<Integer> OF_ALL_ROWS = Set.of(401, 403, 404, 405);

  private static final Set<Integer> OVERLOADED = Set.of(429, 503, 529);
  private static final Set<Integer> BROKEN = Set.of(408, 500, 502, 504);

  private EndpointErrors() {}

  static boolean ofAllRows(int status) {
    return OF_ALL_ROWS.contains(status) || (status >= 300 && status < 400);
  }

  static boolean overloaded(int status) {
    return OVERLOADED.contains(status);
  }

  static boolean broken(int status) {
    return BROKEN.contains(status);
  }

  /** Explains a refusal that {@link #ofAllRows} recognizes. */
  static UserException refused(EndpointAnswer answer, boolean keySent) {
    String who = origin(answer.uri());
    String said = ": " + answer.message();
    return switch (answer.status()) {
      case 401 ->
          keySent
              ? new UserException(
                  who + " doesn't take the key in HERD_ENDPOINT_KEY" + said,
                  "put the key that this server was started with, or issued, into"
                      + " HERD_ENDPOINT_KEY on the driver.")
              : new UserException(
                  who + " wants a key" + said,
                  "put it into the environment variable HERD_ENDPOINT_KEY on the driver, and"
                      + " nowhere else.");
      case 403 ->
          new UserException(
              who + " takes the key, and refuses what it is used for" + said,
              "ask who runs the server to let this key use the model.");
      case 404, 405 ->
          new UserException(
              who + answer.uri().getPath() + " isn't there" + said,
              "look at herd.engine.url, which is the server's address without /v1/completions, and"
                  + " at herd.engine.model.");
      default ->
          new UserException(
              who + " redirects, which isn't followed: the key would go along" + said,
              "write the address that it redirects to into herd.engine.url.");
    };
  }

  static UserException distrusted(URI uri, Throwable failure) {
    return new UserException(
        "Java doesn't trust the certificate of " + origin(uri) + ": " + failure.getMessage(),
        "import its CA's certificate into Java's trust store on each node (keytool -importcert"
            + " -cacerts), or look at herd.engine.url.",
        failure);
  }

  /** Explains that attempts got no answer for too long. */
  static SystemException silent(AnswerProblem last) {
    return new SystemException(
        last.getMessage(),
        "look whether the server runs, can be reached from here, and isn't used beyond what it"
            + " bears. Run again to go on where this stopped.",
        last);
  }

  /** Describes the failure as the end of a sentence about the server. */
  static String what(Throwable failure) {
    Throwable first = Causes.of(failure).reduce((outer, inner) -> inner).orElse(failure);
    if (Causes.of(failure).anyMatch(ConnectException.class::isInstance)) {
      return "takes no connection";
    } else if (first instanceof TimeoutException) {
      return "didn't answer in time";
    } else if (first instanceof AnswerProblem problem) {
      return "gave no answer: " + problem.getMessage();
    }
    return "broke the connection: " + first.getMessage();
  }

  static String origin(URI uri) {
    return uri.getScheme() + "://" + uri.getAuthority();
  }
}
