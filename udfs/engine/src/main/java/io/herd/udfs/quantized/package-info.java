/**
 * Quantized checkpoints: each stored weight as the dense one that the format's own tool makes of
 * it.
 */
package io.herd.udfs.quantized;
