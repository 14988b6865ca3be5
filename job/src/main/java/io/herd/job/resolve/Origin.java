package io.herd.job.resolve;

import io.herd.udfs.hub.ModelCard;

/**
 * Where a model or an adapter comes from, beside what its manifest says.
 *
 * @param revision as it was asked for; {@code local} for a folder
 */
public record Origin(String revision, ModelCard card) {
  static final String LOCAL = "local";
}
