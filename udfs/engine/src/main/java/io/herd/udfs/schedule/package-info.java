/** Chooses the rows of the next forward pass: pure bookkeeping, without tensors and threads. */
package io.herd.udfs.schedule;
