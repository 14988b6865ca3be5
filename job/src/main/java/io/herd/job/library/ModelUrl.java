package io.herd.job.library;

import io.herd.udfs.UserException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which model, as one word. */
public record ModelUrl(List<String> assignments) {
  private static final Pattern HUB = Pattern.compile("hf://([^/@]+/[^/@]+)(?:@(.+))?");

  /** The settings that name it. */
  public static ModelUrl of(String url) {
    if (!url.startsWith("hf://")) {
      return new ModelUrl(List.of("herd.model.path=" + url));
    }
    Matcher hub = HUB.matcher(url);
    if (!hub.matches()) {
      throw new UserException(
          url + " is not the URL of a model",
          "write hf://owner/name, hf://owner/name@revision, or the path of a folder.");
    }
    return new ModelUrl(
        hub.group(2) == null
            ? List.of("herd.model.id=" + hub.group(1))
            : List.of("herd.model.id=" + hub.group(1), "herd.model.revision=" + hub.group(2)));
  }
}
