/**
 * A Llama: its specification, its weights from safetensors, its TorchScript module, its KV cache.
 */
package io.herd.udfs.model;
