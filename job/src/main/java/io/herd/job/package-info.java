/** The batch job: what only the driver touches. */
package io.herd.job;
