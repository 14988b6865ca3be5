package io.herd.job.resolve;

import io.herd.udfs.model.Adapters;
import java.util.Locale;
import java.util.Optional;

/** Checks by name whether an adapter was trained on the model that it is merged into. */
final class AdapterBase {
  private AdapterBase() {}

  /**
   * Returns a note if the names differ. A copy of the model under another name is as good, so this
   * isn't an error; shapes that don't fit are.
   */
  static Optional<String> note(LocatedModel adapter, LocatedModel model) {
    String id = model.manifest().id();
    return Adapters.base(adapter.folder())
        .filter(base -> !last(base).equals(last(id)))
        .map(
            base ->
                "the adapter %s was trained on %s, and the model is %s: are they the same weights?"
                    .formatted(adapter.manifest().id(), base, id));
  }

  /**
   * Returns the name without owner and folders, in lower case, because the case differs between
   * tools.
   */
  private static String last(String name) {
    String plain = name.replaceFirst("/+$", "");
    return plain.substring(plain.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
  }
}
