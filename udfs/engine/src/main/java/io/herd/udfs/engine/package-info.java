/** The continuous batching loop: schedule, forward, sample, advance. */
package io.herd.udfs.engine;
