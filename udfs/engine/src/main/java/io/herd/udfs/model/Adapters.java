package io.herd.udfs.model;

import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The adapters of one model, in the order in which they are merged. */
public final class Adapters {
  private final boolean unties;
  private final List<LoraAdapter> all;

  private Adapters(ModelSpec spec, List<LoraAdapter> all) {
    this.all = all;
    this.unties =
        spec.tiedHead()
            && all.stream()
                .flatMap(adapter -> adapter.replaced().keySet().stream())
                .anyMatch(Set.of(Checkpoint.EMBEDDING, Checkpoint.HEAD)::contains);
  }

  /**
   * The model with its adapters: where one replaces the embedding or the head, the other stays as
   * it is, as in PEFT.
   */
  static ModelSpec spec(ModelFolder folder) {
    ModelSpec spec = ModelConfigReader.read(folder.path());
    return of(spec, folder).unties ? spec.untied() : spec;
  }

  /**
   * Returns the model's tensors with their updates.
   *
   * @throws UserException as the other methods
   */
  static Map<String, Stored> merged(ModelFolder folder) throws IOException {
    ModelSpec spec = ModelConfigReader.read(folder.path());
    return of(spec, folder).merged(Checkpoint.open(spec, folder.path()));
  }

  /**
   * Reads the adapters' configurations and the headers of their weights.
   *
   * @throws UserException when one is damaged, isn't plain LoRA or doesn't fit the model
   */
  static Adapters of(ModelSpec spec, ModelFolder folder) {
    List<LoraAdapter> all = new ArrayList<>();
    for (ModelFolder.Adapter each : folder.adapters()) {
      LoraAdapter adapter = LoraReader.read(spec, each);
      if (folder.adapters().size() > 1) {
        requireTogether(adapter, each, all);
      }
      all.add(adapter);
    }
    return new Adapters(spec, all);
  }

  private static void requireTogether(
      LoraAdapter adapter, ModelFolder.Adapter from, List<LoraAdapter> before) {
    if (adapter.dora()) {
      throw from.refused("is of DoRA (use_dora), which can't be one of several");
    }
    for (LoraAdapter other : before) {
      for (String name : adapter.changed()) {
        boolean once = !adapter.replaced().containsKey(name) && !other.replaced().containsKey(name);
        if (!once && other.changed().contains(name)) {
          throw from.refused("and one before it change " + name + ", which one of them replaces");
        }
      }
    }
  }

  /** Returns the model that an adapter says it was trained on, as an id or a path. */
  public static Optional<String> base(Path folder) {
    return LoraConfig.read(folder).base();
  }

  /** Returns the model's tensors with their updates. */
  private Map<String, Stored> merged(Map<String, WeightTensor> tensors) {
    Map<String, Stored> merged = new TreeMap<>();
    tensors.forEach((name, tensor) -> merged.put(name, Stored.plain(tensor)));
    if (unties && merged.containsKey(Checkpoint.EMBEDDING)) {
      merged.put(Checkpoint.HEAD, merged.get(Checkpoint.EMBEDDING));
    }
    for (LoraAdapter adapter : all) {
      adapter.replaced().forEach((name, tensor) -> merged.put(name, Stored.plain(tensor)));
      adapter
          .updates()
          .forEach(
              (name, update) ->
                  merged.computeIfPresent(name, (any, stored) -> stored.with(update)));
    }
    return merged;
  }
}
