package io.herd.job.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The alternatives to compare: {@code herd.variants}.
 *
 * @param of the keys of each as JSON, by its name
 */
record Variants(Map<String, String> of) {
  Variants {
    of = Collections.unmodifiableMap(new TreeMap<>(of)); // in one order in every JVM
  }
}
