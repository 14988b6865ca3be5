/**
 * The command line: verbs, arguments, the Spark session that they run in, and messages for what is
 * thrown.
 */
package io.herd.job.cli;
