package io.herd.job;

import io.herd.job.output.Counts;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A written and audited output.
 *
 * @param run its name
 * @param counts what was counted while it was written
 * @param keys a hash of the rows' keys
 * @param results the log as it was when the output was written
 * @param output the run's rows as readers find them, where Spark can read the format
 */
record Published(
    String run, Counts counts, String keys, Dataset<Row> results, Supplier<Dataset<Row>> output) {}
