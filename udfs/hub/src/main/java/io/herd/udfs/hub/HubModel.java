package io.herd.udfs.hub;

import java.util.List;
import java.util.Optional;

/**
 * A model or an adapter on the Hub that may be downloaded.
 *
 * @param manifest the files that are needed, at a commit
 * @param id its name now: it may have been renamed
 * @param revision as it was asked for
 * @param account whom the token belongs to, if one was needed and the Hub said it
 * @param tokenNeeded whether its files can't be fetched without the token
 * @param notes what the person should know of it, beside what is to be known of the token
 */
public record HubModel(
    ModelManifest manifest,
    RepoId id,
    String revision,
    ModelCard card,
    Optional<WhoAmI> account,
    boolean tokenNeeded,
    List<String> notes) {

  public HubModel {
    notes = List.copyOf(notes);
  }
}
