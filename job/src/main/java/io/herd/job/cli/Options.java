package io.herd.job.cli;

import java.time.Duration;

/**
 * What a verb is told beside its settings.
 *
 * @param rows to sample
 * @param olderThan what {@code clean} removes; null for other verbs
 * @param yes whether {@code clean} needn't ask
 */
public record Options(int rows, Duration olderThan, boolean yes) {}
