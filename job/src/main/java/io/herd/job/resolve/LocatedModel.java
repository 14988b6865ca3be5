package io.herd.job.resolve;

import io.herd.udfs.hub.ModelLocation;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.model.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A model or an adapter whose small files are on the driver, with the location of all files for
 * executors.
 *
 * @param folder on the driver
 * @param complete whether the weights are in it, too; an adapter's are
 * @param token that executors need
 * @param adapters those of the manifest
 */
public record LocatedModel(
    Path folder,
    boolean complete,
    ModelManifest manifest,
    ModelLocation location,
    Optional<Secret> token,
    Origin origin,
    List<LocatedModel> adapters) {

  LocatedModel(
      Path folder,
      boolean complete,
      ModelManifest manifest,
      ModelLocation location,
      Optional<Secret> token,
      Origin origin) {
    this(folder, complete, manifest, location, token, origin, List.of());
  }

  /** Adds adapters to this model, with their weights in the same order. */
  LocatedModel with(List<LocatedModel> merged, List<Double> weights) {
    List<ModelManifest.Adapter> described =
        IntStream.range(0, merged.size())
            .mapToObj(i -> new ModelManifest.Adapter(merged.get(i).manifest, weights.get(i)))
            .toList();
    Optional<Secret> needed =
        Stream.concat(Stream.of(this), merged.stream())
            .flatMap(each -> each.token.stream())
            .findFirst();
    return new LocatedModel(
        folder, complete, manifest.with(described), location, needed, origin, merged);
  }

  /** Returns the folders on the driver. */
  ModelFolder folders() {
    return new ModelFolder(
        folder,
        IntStream.range(0, adapters.size())
            .mapToObj(
                i ->
                    new ModelFolder.Adapter(
                        adapters.get(i).folder, manifest.adapters().get(i).weight()))
            .toList());
  }
}
