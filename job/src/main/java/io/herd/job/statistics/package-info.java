/** Bounds and tests of shares, for conclusions beyond the counted rows. */
package io.herd.job.statistics;
