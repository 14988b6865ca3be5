/** Sends pending prompts to the executors' engines, and logs their results. */
package io.herd.job.generate;
