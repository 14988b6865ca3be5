/** What is left to do: the snapshot's keys without those that the log has, and what they cost. */
package io.herd.job.plan;
