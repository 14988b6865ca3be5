/** Pending prompts go to the executors' engines; what comes of them is logged. */
package io.herd.job.generate;
