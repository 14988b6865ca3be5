package io.herd.udfs.template.values;

import java.util.Iterator;

/**
 * Items that can be gone through once: what {@code map}, {@code select} and their like give.
 *
 * @param name Python's for its type
 */
public record Generator(String name, Iterator<Object> items) {}
