/** A checkpoint's files: the tensors of its safetensors, the values of its config.json. */
package io.herd.udfs.checkpoint;
