/** The checks of the verb check: the model, the nodes, and the printed list. */
package io.herd.job.check;
