package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.Serializable;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The Hub's token, or a server's key. It masks itself wherever it is printed; only this package can
 * read it, others can send it. Serializable, because Spark's broadcast takes it to executors, and
 * nothing else may.
 */
public final class Secret implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1;

  private final byte[] value;

  private Secret(byte[] value) {
    this.value = value;
  }

  /**
   * Cleans a token: surrounding line ends and spaces are ignored. Empty when nothing is left.
   *
   * @param source where it was found, for the message
   * @throws UserException when it holds characters that no HTTP header can carry; the message
   *     doesn't show it
   */
  public static Optional<Secret> clean(String raw, String source) {
    return clean(
        raw,
        "the token in " + source,
        "put the token there and nothing else; it begins with hf_ and is made of letters and"
            + " digits.");
  }

  /** Cleans the key of an inference server. */
  public static Optional<Secret> key(String raw, String source) {
    return clean(raw, "the key in " + source, "put the server's key there and nothing else.");
  }

  private static Optional<Secret> clean(String raw, String name, String remedy) {
    String text = raw.replace("\r", "").replace("\n", "").strip();
    if (text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new UserException(name + " holds spaces, control or non-ASCII characters", remedy);
    }
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(new Secret(text.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Adds the secret to a request. */
  public void authorize(HttpRequest.Builder request) {
    request.setHeader("Authorization", "Bearer " + reveal());
  }

  /** Masks the secret in a text: servers may repeat what they were sent. */
  public String masked(String text) {
    return value.length == 0 ? text : text.replace(reveal(), toString());
  }

  /** Returns the secret itself. Don't keep, log or throw it. */
  String reveal() {
    return new String(value, StandardCharsets.US_ASCII);
  }

  /** Overwrites the secret, as far as the JVM allows: sent copies are out of reach. */
  @Override
  public void close() {
    Arrays.fill(value, (byte) 0);
  }

  @Override
  public String toString() {
    return "****";
  }
}
