/** Which rows the next forward pass works on: pure bookkeeping, no tensors, no threads. */
package io.herd.udfs.schedule;
