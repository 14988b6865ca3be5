/** What the user sees of a run: its live line, its summary, its run.json. */
package io.herd.job.report;
