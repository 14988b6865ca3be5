/** The snapshot joined to its results, written so that readers never see half of it. */
package io.herd.job.output;
