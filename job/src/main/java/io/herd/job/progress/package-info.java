/** What lives during a run: its live line, its timeline, and the sums of what tasks have done. */
package io.herd.job.progress;
