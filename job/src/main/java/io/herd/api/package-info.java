/**
 * The library's public face, for those who have a Spark pipeline of their own: {@link
 * io.herd.api.Herd} for Datasets, {@link io.herd.api.TextGenerator} for Spark ML, {@link
 * io.herd.api.HerdExtensions} for SQL. This package stays as it is from version to version;
 * everything else may change.
 *
 * <p>It is part of the job's jar and not of {@code udfs}, which executors run and which must not
 * know the job: what a call does on the driver (settings, access to the model, the plan) is what
 * the job does, and is shared with it.
 */
package io.herd.api;
