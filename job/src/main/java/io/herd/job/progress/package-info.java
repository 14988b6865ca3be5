/** Shows a run while it lasts: its live line, its timeline, and the sums of its tasks' counters. */
package io.herd.job.progress;
