package io.herd.job.library;

import io.herd.udfs.UserException;
import io.herd.udfs.hub.RepoRef;
import java.util.List;

/** A model, named by one word. */
public record ModelUrl(List<String> assignments) {
  /** Returns the settings that name the model. */
  public static ModelUrl of(String url) {
    if (!url.startsWith("hf://")) {
      return new ModelUrl(List.of("herd.model.path=" + url));
    }
    RepoRef model =
        RepoRef.of(url)
            .orElseThrow(
                () ->
                    new UserException(
                        url + " is not the URL of a model",
                        "write hf://owner/name, hf://owner/name@revision, or the path of a"
                            + " folder."));
    return new ModelUrl(
        url.contains("@")
            ? List.of("herd.model.id=" + model.id(), "herd.model.revision=" + model.revision())
            : List.of("herd.model.id=" + model.id()));
  }
}
