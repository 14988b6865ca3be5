/** Which rows of a cascade the small model answers, and what may be said of that. */
package io.herd.job.cascade;
