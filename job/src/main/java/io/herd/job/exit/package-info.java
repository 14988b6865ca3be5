/** How a run ends: exit codes, and the exceptions that stand for an early end. */
package io.herd.job.exit;
