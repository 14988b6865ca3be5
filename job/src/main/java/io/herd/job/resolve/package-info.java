/** The model that a run uses, and the numbers it is computed in. */
package io.herd.job.resolve;
