package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import io.herd.udfs.files.UserHome;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings of the Hub in the machine's environment, in the variables that its own clients also
 * read.
 *
 * @param endpoint {@code HF_ENDPOINT}, without a slash at its end
 * @param cache {@code HF_HUB_CACHE}: where models are kept
 * @param tokenFile {@code HF_TOKEN_PATH}
 * @param offline {@code HF_HUB_OFFLINE}: no request is sent
 * @param implicitToken whether a token may be taken that the configuration doesn't name
 * @param tokens those in variables, the first one counts
 * @param proxies what leads to the Hub
 * @param timeout {@code HF_HUB_DOWNLOAD_TIMEOUT}: how long an answer, or its next byte, may take
 */
public record HubEnvironment(
    URI endpoint,
    Path cache,
    Path tokenFile,
    boolean offline,
    boolean implicitToken,
    List<RawToken> tokens,
    HubProxies proxies,
    Duration timeout) {
  private static final String PUBLIC_HUB = "https://huggingface.co";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int TIMEOUTS_OF_AN_ANSWER = 5;

  /** Reads this process's environment. */
  public static HubEnvironment current() {
    Map<String, String> values = System.getenv();
    Path ofJava = Path.of(System.getProperty("user.home"));
    return of(values, UserHome.of(values.get("HOME"), ofJava));
  }

  /**
   * Reads these variables.
   *
   * @throws UserException when one of them makes no sense
   */
  public static HubEnvironment of(Map<String, String> values, Path userHome) {
    Variables variables = new Variables(values, userHome);
    Path home =
        variables
            .path("HF_HOME")
            .orElseGet(
                () ->
                    variables
                        .path("XDG_CACHE_HOME")
                        .orElse(userHome.resolve(".cache"))
                        .resolve("huggingface"));
    return new HubEnvironment(
        endpoint(variables.text("HF_ENDPOINT").orElse(PUBLIC_HUB)),
        variables.path("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE").orElse(home.resolve("hub")),
        variables.path("HF_TOKEN_PATH").orElse(home.resolve("token")),
        variables.flag("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
        !variables.flag("HF_HUB_DISABLE_IMPLICIT_TOKEN"),
        tokens(variables),
        HubProxies.of(variables, ProxySelector.getDefault()),
        timeout(variables));
  }

  /** Returns the maximum time for a response of the API; files may take any time. */
  Duration patience() {
    return timeout.multipliedBy(TIMEOUTS_OF_AN_ANSWER);
  }

  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text.replaceFirst("/+$", ""));
      boolean web =
          "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
      if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new UserException(
        "HF_ENDPOINT isn't the address of a Hub",
        "write it as https://host or https://host:port/path, or unset it to use "
            + PUBLIC_HUB
            + ".");
  }

  private static List<RawToken> tokens(Variables variables) {
    List<RawToken> tokens = new ArrayList<>();
    for (String name : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      variables
          .text(name)
          .ifPresent(text -> tokens.add(new RawToken("the environment variable " + name, text)));
    }
    return tokens;
  }

  private static Duration timeout(Variables variables) {
    String text = variables.text("HF_HUB_DOWNLOAD_TIMEOUT").orElse("0");
    try {
      long seconds = Long.parseLong(text);
      return seconds > 0 ? Duration.ofSeconds(seconds) : TIMEOUT;
    } catch (NumberFormatException e) {
      throw new UserException(
          "HF_HUB_DOWNLOAD_TIMEOUT = " + text + " is not a whole number of seconds",
          "write a number such as 30, or unset it.",
          e);
    }
  }

  public HubEnvironment {
    tokens = List.copyOf(tokens);
  }

  /** Returns a copy with another Hub. */
  public HubEnvironment withEndpoint(URI other) {
    return new HubEnvironment(
        endpoint(other.toString()),
        cache,
        tokenFile,
        offline,
        implicitToken,
        tokens,
        proxies,
        timeout);
  }

  /** Returns a copy with another folder for models. */
  public HubEnvironment withCache(Path other) {
    return new HubEnvironment(
        endpoint, other, tokenFile, offline, implicitToken, tokens, proxies, timeout);
  }
}
