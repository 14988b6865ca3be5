/** Bounds and tests of shares, for whoever counts rows and says more than what was counted. */
package io.herd.job.statistics;
