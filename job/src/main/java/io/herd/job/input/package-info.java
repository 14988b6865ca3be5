/** Any Spark source, taken once as a snapshot of rows with their prompts and keys. */
package io.herd.job.input;
