package io.herd.job.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Recognizes secrets in plain text, and masks them. */
public final class SecretText {
  private static final Pattern HUB_TOKEN = Pattern.compile("hf_[A-Za-z0-9]{16,}");
  private static final String NAME = "password|passwd|secret|token|credential|access.?key";
  private static final Pattern SECRET_NAME = Pattern.compile(NAME, Pattern.CASE_INSENSITIVE);
  // jdbc:...?user=u&password=p and jdbc:...;password=p
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile("([\\w.-]*(?:" + NAME + ")[\\w.-]*=)[^&;\\s]+", Pattern.CASE_INSENSITIVE);
  // up to the last @ before the path: a password may hold an @ itself
  private static final Pattern USER_IN_URL = Pattern.compile("://[^/\\s]+@");

  private SecretText() {}

  /** Returns whether a text contains a Hub token. */
  public static boolean holdsHubToken(String text) {
    return HUB_TOKEN.matcher(text).find();
  }

  static String maskHubTokens(String text) {
    return HUB_TOKEN.matcher(text).replaceAll("hf_****");
  }

  /** Masks Hub tokens and the users in URLs. */
  public static String mask(String text) {
    return maskHubTokens(USER_IN_URL.matcher(text).replaceAll("://****@"));
  }

  /**
   * Options without the values that are secrets, for a digest: they may change and mean the same.
   */
  static Map<String, String> withoutSecrets(Map<?, ?> options) {
    return options(options, text -> text);
  }

  /** Masks the options of a Spark source, sorted by name. */
  static Map<String, String> maskOptions(Map<?, ?> options) {
    return options(options, SecretText::mask);
  }

  private static Map<String, String> options(Map<?, ?> options, UnaryOperator<String> kept) {
    Map<String, String> shown = new TreeMap<>();
    options.forEach(
        (name, value) ->
            shown.put(
                name.toString(),
                SECRET_NAME.matcher(name.toString()).find()
                    ? "****"
                    : kept.apply(SECRET_PARAMETER.matcher(value.toString()).replaceAll("$1****"))));
    return shown;
  }
}
