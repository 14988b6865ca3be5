/** Decides which rows of a cascade the small model answers, and what can be promised about that. */
package io.herd.job.cascade;
