package io.herd.job.resolve;

import io.herd.udfs.hub.ModelLocation;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model whose small files lie on the driver, and where executors find all of them.
 *
 * @param folder on the driver
 * @param complete whether the weights are in it, too
 * @param token that executors need
 */
public record LocatedModel(
    Path folder,
    boolean complete,
    ModelManifest manifest,
    ModelLocation location,
    Optional<Secret> token) {}
