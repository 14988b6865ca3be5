package io.herd.udfs.engine;

/**
 * Counters of an engine since it was loaded, and its current state.
 *
 * @param promptTokens computed
 * @param sharedTokens of prompts that needn't be computed, because they begin as others do
 * @param newTokens sampled, those that end texts included
 * @param outOfMemory how often the device's memory ran out and the rows were started again, fewer
 *     at once
 * @param waiting requests without a row
 * @param live rows in use
 * @param slots most rows at once
 * @param kvTokens of the cache in use
 * @param kvLimit most tokens of the cache
 */
public record EngineStats(
    long promptTokens,
    long sharedTokens,
    long newTokens,
    long outOfMemory,
    long waiting,
    long live,
    long slots,
    long kvTokens,
    long kvLimit) {}
