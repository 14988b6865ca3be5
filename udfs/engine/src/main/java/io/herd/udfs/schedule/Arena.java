package io.herd.udfs.schedule;

import java.util.List;

/**
 * The live rows of one capacity.
 *
 * @param rows the i-th has row i
 */
public record Arena<S extends Sequence>(int capacity, List<S> rows) {}
