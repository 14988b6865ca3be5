/** The snapshot joined to its results: written so that readers never see half of it, reviewed. */
package io.herd.job.output;
