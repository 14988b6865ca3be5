/** The folder in which a run keeps its work, and what a rerun finds there. */
package io.herd.job.workdir;
