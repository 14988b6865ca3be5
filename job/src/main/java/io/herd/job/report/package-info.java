/** Writes the results of a run: its summary, its run.json, its trace. */
package io.herd.job.report;
