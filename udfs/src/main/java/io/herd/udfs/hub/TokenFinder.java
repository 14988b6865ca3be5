package io.herd.udfs.hub;

import io.herd.udfs.HerdException;
import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the token to use. */
public final class TokenFinder {
  private TokenFinder() {}

  /**
   * The first token of these places, the explicit ones before those of the environment.
   *
   * @param explicit places that the configuration names; each must hold a token
   * @throws UserException when an explicit place holds none, or one that can't be a token
   */
  public static Optional<FoundToken> find(HubEnvironment environment, List<TokenSource> explicit) {
    explicit.forEach(TokenFinder::demand);
    List<TokenSource> places =
        Stream.concat(explicit.stream(), environment.tokenSources().stream()).toList();
    for (int i = 0; i < places.size(); i++) {
      Optional<Secret> secret = places.get(i).read();
      if (secret.isPresent()) {
        return Optional.of(
            found(secret.get(), places.get(i), places.subList(i + 1, places.size())));
      }
    }
    return Optional.empty();
  }

  private static void demand(TokenSource source) {
    if (source.read().isEmpty()) {
      throw new UserException(
          "there is no token in " + source.name(),
          "put the token there, or take the setting out: then HF_TOKEN or the token file of the"
              + " Hub's own login is used.");
    }
  }

  private static FoundToken found(Secret secret, TokenSource source, List<TokenSource> others) {
    List<String> shadowed =
        others.stream().filter(other -> differs(other, secret)).map(TokenSource::name).toList();
    List<String> notes = new ArrayList<>(source.notes());
    if (!secret.reveal().startsWith("hf_")) {
      notes.add(
          "the token in "
              + source.name()
              + " doesn't begin with hf_, as the Hub's tokens for"
              + " users do");
    }
    return new FoundToken(secret, source.name(), shadowed, notes);
  }

  /** A place that isn't used may be unreadable. */
  private static boolean differs(TokenSource source, Secret used) {
    try {
      return source.read().filter(other -> !other.reveal().equals(used.reveal())).isPresent();
    } catch (HerdException e) {
      return false;
    }
  }
}
