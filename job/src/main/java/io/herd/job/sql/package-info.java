/**
 * Behind {@code herd_generate} and {@code herd_label}: how Spark plans them, so that rows reach the
 * engine in batches. As Spark does it for Python functions, an expression that can't be evaluated
 * marks the call, a rule of the optimizer takes it out into a node of its own, and that node maps
 * partitions. Catalyst's classes are Spark's own and change: all that knows them is here.
 */
package io.herd.job.sql;
