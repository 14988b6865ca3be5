package io.herd.udfs.hub;

import java.io.Serializable;
import java.util.List;

/**
 * The token in use, and what the person who runs the job should know of it.
 *
 * @param secret masks itself
 * @param source where it was found
 * @param shadowed other places that hold another token, which is not used
 * @param notes warnings, such as a file that everybody can read
 */
public record FoundToken(Secret secret, String source, List<String> shadowed, List<String> notes)
    implements Serializable {
  public FoundToken {
    shadowed = List.copyOf(shadowed);
    notes = List.copyOf(notes);
  }
}
