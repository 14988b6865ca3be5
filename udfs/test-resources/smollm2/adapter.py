#!/usr/bin/env python3
"""Writes a LoRA adapter of a real one's shape for SmolLM2-135M-Instruct: rank 16 on all seven matrices of each layer, in bfloat16.

usage: adapter.py FOLDER

Its numbers are drawn, the same ones everywhere: 10 MB that the repository needn't hold. Needs ml_dtypes and numpy.
"""
import json, pathlib, sys

import ml_dtypes, numpy

from fetch import write_safetensors

RANK, LAYERS, HIDDEN, MIDDLE, KEYS = 16, 30, 576, 1536, 192
SHAPES = {  # rows and columns
    "self_attn.q_proj": (HIDDEN, HIDDEN), "self_attn.k_proj": (KEYS, HIDDEN), "self_attn.v_proj": (KEYS, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HIDDEN), "mlp.gate_proj": (MIDDLE, HIDDEN), "mlp.up_proj": (MIDDLE, HIDDEN),
    "mlp.down_proj": (HIDDEN, MIDDLE),
}
CONFIG = {
    "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "HuggingFaceTB/SmolLM2-135M-Instruct",
    "r": RANK, "lora_alpha": 32, "lora_dropout": 0.05, "bias": "none", "inference_mode": True, "init_lora_weights": True,
    "target_modules": sorted(name.split(".")[1] for name in SHAPES),
}


def tensors():
    random = numpy.random.RandomState(16)
    for layer in range(LAYERS):
        for name, (rows, columns) in SHAPES.items():
            prefix = f"base_model.model.model.layers.{layer}.{name}"
            yield f"{prefix}.lora_A.weight", drawn(random, RANK, columns, columns ** -0.5)
            yield f"{prefix}.lora_B.weight", drawn(random, rows, RANK, 0.004)


def drawn(random, rows, columns, scale):
    return (random.standard_normal((rows, columns)) * scale).astype(numpy.float32).astype(ml_dtypes.bfloat16)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    write_safetensors(folder / "adapter_model.safetensors", list(tensors()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
