/** The verbs other than run. */
package io.herd.job.verb;
