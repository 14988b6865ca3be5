/** What the verb check looks at: the model, the nodes, and the list that it prints. */
package io.herd.job.check;
