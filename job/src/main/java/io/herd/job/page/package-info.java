/** A run's report.html: one file that needs no other, and runs nothing. */
package io.herd.job.page;
