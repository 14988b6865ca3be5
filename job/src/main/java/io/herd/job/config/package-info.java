/**
 * Configuration: a HOCON file and overrides become {@link io.herd.job.config.Settings}, or one
 * message with every problem.
 */
package io.herd.job.config;
