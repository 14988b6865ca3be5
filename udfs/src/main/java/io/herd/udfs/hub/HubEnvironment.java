package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the environment says of the Hub, in the variables that its Python client reads too.
 *
 * @param endpoint without a slash at its end
 * @param home where the Hub's tools keep their things
 * @param cache the folder of downloaded models
 * @param tokenFile where a login left its token
 * @param offline no request may be sent
 * @param implicitToken whether the environment's and the login's token may be used
 * @param patience how long an answer may take
 * @param maxWait how long all waits between tries of one request may take together
 * @param tokens those in variables, the first goes first
 */
public record HubEnvironment(
    URI endpoint,
    Path home,
    Path cache,
    Path tokenFile,
    boolean offline,
    boolean implicitToken,
    Duration patience,
    Duration maxWait,
    List<RawToken> tokens,
    HubProxies proxies) {

  private static final URI HUB = URI.create("https://huggingface.co");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration MAX_WAIT = Duration.ofMinutes(5);
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  public HubEnvironment {
    tokens = List.copyOf(tokens);
  }

  /** That of this process. */
  public static HubEnvironment current() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /**
   * That which these variables describe.
   *
   * @throws UserException when one holds what it can't
   */
  public static HubEnvironment of(Map<String, String> variables, Path userHome) {
    Variables env = new Variables(variables, userHome);
    Path caches = env.path("XDG_CACHE_HOME", userHome.resolve(".cache"));
    Path home = env.path("HF_HOME", caches.resolve("huggingface"));
    Path oldCache = env.path("HUGGINGFACE_HUB_CACHE", home.resolve("hub"));
    List<RawToken> tokens = new ArrayList<>();
    for (String name : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      if (!env.text(name).isEmpty()) {
        tokens.add(new RawToken("the environment variable " + name, env.text(name)));
      }
    }
    return new HubEnvironment(
        endpoint(env.text("HF_ENDPOINT"), "HF_ENDPOINT"),
        home,
        env.path("HF_HUB_CACHE", oldCache),
        env.path("HF_TOKEN_PATH", home.resolve("token")),
        env.isOn(env.text("HF_HUB_OFFLINE").isEmpty() ? "TRANSFORMERS_OFFLINE" : "HF_HUB_OFFLINE"),
        !env.isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN"),
        PATIENCE,
        MAX_WAIT,
        tokens,
        HubProxies.of(variables));
  }

  /** With another Hub, such as a mirror or a company's own. */
  public HubEnvironment withEndpoint(URI other) {
    URI checked = endpoint(other.toString(), "the Hub's address");
    return new HubEnvironment(
        checked,
        home,
        cache,
        tokenFile,
        offline,
        implicitToken,
        patience,
        maxWait,
        tokens,
        proxies);
  }

  /** With another folder for downloaded models. */
  public HubEnvironment withCache(Path other) {
    return new HubEnvironment(
        endpoint,
        home,
        other,
        tokenFile,
        offline,
        implicitToken,
        patience,
        maxWait,
        tokens,
        proxies);
  }

  /** With other limits of time. */
  public HubEnvironment withTimes(Duration otherPatience, Duration otherMaxWait) {
    return new HubEnvironment(
        endpoint,
        home,
        cache,
        tokenFile,
        offline,
        implicitToken,
        otherPatience,
        otherMaxWait,
        tokens,
        proxies);
  }

  private static URI endpoint(String text, String name) {
    if (text.isEmpty()) {
      return HUB;
    }
    try {
      URI uri = new URI(text.replaceAll("/+$", ""));
      boolean web = Set.of("http", "https").contains(String.valueOf(uri.getScheme()));
      if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below, without the text: it may hold a password
    }
    throw new UserException(
        name + " is not the address of a Hub",
        "write it as https://host or https://host/path, without user, password or query.");
  }

  private record Variables(Map<String, String> values, Path userHome) {
    String text(String name) {
      return values.getOrDefault(name, "").strip();
    }

    boolean isOn(String name) {
      return TRUE.contains(text(name).toUpperCase(Locale.ROOT));
    }

    Path path(String name, Path otherwise) {
      return text(name).isEmpty() ? otherwise : Path.of(expand(text(name))).toAbsolutePath();
    }

    /** A leading ~ and variables, as Python's client expands them. */
    private String expand(String path) {
      String text = path;
      if (text.equals("~") || text.startsWith("~/")) {
        text = userHome + text.substring(1);
      }
      return java.util.regex.Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))")
          .matcher(text)
          .replaceAll(
              found -> {
                String name = found.group(1) == null ? found.group(2) : found.group(1);
                String value = values.getOrDefault(name, found.group());
                return java.util.regex.Matcher.quoteReplacement(value);
              });
    }
  }
}
