/**
 * Behind {@code io.herd.api}: what a call does on the driver, put together from the job's parts.
 */
package io.herd.job.library;
