package io.herd.job.resolve;

import io.herd.udfs.hub.ModelCard;

/**
 * The origin of a model or an adapter, beside its manifest.
 *
 * @param revision as it was asked for; {@code local} for a folder
 */
public record Origin(String revision, ModelCard card) {
  static final String LOCAL = "local";
}
