/** Finds the remaining work: the snapshot's keys that the log lacks, and their cost. */
package io.herd.job.plan;
