/** The engines' numbers in Spark's metric system. */
package io.herd.udfs.metrics;
