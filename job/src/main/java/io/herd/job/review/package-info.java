/** Evaluates existing runs: with human corrections, and compared with each other. */
package io.herd.job.review;
