package io.herd.udfs.endpoint;

import io.herd.udfs.hub.Secret;
import java.util.Optional;

/** The servers' key, which is in the driver's environment and nowhere else. */
public final class EndpointKey {
  /** The environment variable. */
  public static final String VARIABLE = "HERD_ENDPOINT_KEY";

  private EndpointKey() {}

  /**
   * Reads the key from this process's environment, if there is one.
   *
   * @throws io.herd.udfs.UserException when it can't be one; the message doesn't show it
   */
  public static Optional<Secret> find() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .flatMap(text -> Secret.key(text, "the environment variable " + VARIABLE));
  }
}
