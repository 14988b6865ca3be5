package io.herd.chaos;

import io.herd.chaos.Fault.Kind;
import java.util.List;
import java.util.Map;

/**
 * What a scenario comes to when nothing goes wrong.
 *
 * @param rows of the output, sorted
 * @param keys of its result log
 * @param census of the operations that faults can meet
 */
record Undisturbed(List<String> rows, int keys, Map<Kind, Integer> census) {}
