package io.herd.udfs.template.values;

import java.util.Iterator;

/**
 * Items that can be iterated once: the result of {@code map}, {@code select} and similar filters.
 *
 * @param name Python's for its type
 */
public record Generator(String name, Iterator<Object> items) {}
