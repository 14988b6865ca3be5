package io.herd.udfs.hub;

import java.util.List;

/**
 * The token in use, and where it was found.
 *
 * @param source where it was found, in words for people
 * @param shadowed other places that hold another token, which this one hides
 * @param notes what the person should know about it, of those that it hides, too
 */
public record FoundToken(Secret secret, String source, List<String> shadowed, List<String> notes) {
  public FoundToken {
    shadowed = List.copyOf(shadowed);
    notes = List.copyOf(notes);
  }

  /** Creates a token without a warning. */
  public FoundToken(Secret secret, String source, List<String> shadowed) {
    this(secret, source, shadowed, List.of());
  }
}
