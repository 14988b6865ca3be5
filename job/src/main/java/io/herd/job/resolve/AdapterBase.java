package io.herd.job.resolve;

import io.herd.udfs.model.Adapters;
import java.util.Locale;
import java.util.Optional;

/** Whether an adapter was trained on the model that it is merged into, as far as names tell. */
final class AdapterBase {
  private AdapterBase() {}

  /**
   * A sentence where the names differ: a copy of the model under another name is as good, so it is
   * no error; shapes that don't fit are.
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

  /** The name without its owner or folders; their case differs from tool to tool. */
  private static String last(String name) {
    String plain = name.replaceFirst("/+$", "");
    return plain.substring(plain.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
  }
}
