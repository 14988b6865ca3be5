#!/usr/bin/env python3
"""Makes the LoRA adapters of this directory for the models in tiny-random, and the logits that PEFT computes after merging them.

usage: make.py           write every adapter's folder, and expected.json

Needs torch, transformers, peft and safetensors, no network. All is seeded by the adapter's name.
"""
import json, pathlib, shutil, sys, zlib

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.lora import LoraLayer
from transformers import LlamaForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent / "tiny-random"
LENGTHS = [1, 7, 33]
VOCAB = 96
NOTICED = 0.02  # by how much a logit must change, so that a missing update would show

# The model that each is for, and its configuration.
ADAPTERS = {
    "names": ("llama3-grouped", {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"], "fan_in_fan_out": True}),
    "pattern": ("llama32-tied", {
        "r": 2, "lora_alpha": 3, "use_rslora": True,
        "target_modules": r"model\.layers\.\d+\.(self_attn\.(q|k|o)_proj|mlp\.(gate|up|down)_proj)",
        "exclude_modules": ["layers.0.mlp.up_proj"],
        "rank_pattern": {"k_proj": 3, r"layers\.1\.mlp\.(gate|up)_proj": 5},
        "alpha_pattern": {r"^model\.layers\.0\.self_attn\.q_proj": 7, "layers.1.mlp.down_proj": 2},
    }),
    "dora": ("stored-bf16", {"r": 4, "lora_alpha": 4, "use_dora": True, "target_modules": ["q_proj", "k_proj", "o_proj", "down_proj"]}),
    "saved": ("llama3-grouped", {
        "r": 2, "lora_alpha": 4, "target_modules": ["o_proj"], "modules_to_save": ["embed_tokens", "norm", "lm_head"],
    }),
    "layers": ("llama3-grouped", {
        "r": 3, "lora_alpha": 5, "target_modules": ["gate_proj", "v_proj", "q_proj"], "layers_to_transform": [1], "layers_pattern": "layers",
    }),
    "sample": ("../../../data-samples/tiny-llama", {"r": 2, "lora_alpha": 4, "target_modules": "all-linear"}),
    # PEFT trains a head of its own beside the embedding, or the other way round, in a model that had one matrix for both.
    "saved-embedding": ("smollm-default-rope", {"r": 2, "lora_alpha": 4, "target_modules": ["o_proj"], "modules_to_save": ["embed_tokens"]}),
    "saved-head": ("smollm-default-rope", {"r": 2, "lora_alpha": 4, "target_modules": ["o_proj"], "modules_to_save": ["lm_head"]}),
    "saved-tied": ("smollm-default-rope", {
        "r": 2, "lora_alpha": 4, "target_modules": ["o_proj"], "modules_to_save": ["embed_tokens"], "ensure_weight_tying": True,
    }),
    "head": ("sharded-f16", {"r": 4, "lora_alpha": 8, "target_modules": ["lm_head", "up_proj"]}),
}
# Several for one model, with their weights.
SEVERAL = {"names, layers": ("llama3-grouped", {"names": 0.75, "layers": -0.5})}


def base(model):
    return LlamaForCausalLM.from_pretrained(MODELS / model, dtype=torch.float32, attn_implementation="eager").eval()


def make(name, model, config):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    adapted = get_peft_model(base(model), LoraConfig(task_type="CAUSAL_LM", lora_dropout=0.1, **config))
    random = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    for weight, values in sorted(adapted.state_dict().items()):
        noise = torch.randn(values.shape, generator=random)
        if "lora_A" in weight or "lora_B" in weight:
            values.copy_(noise / values.shape[1] ** 0.5)
        elif "lora_magnitude" in weight or "modules_to_save" in weight:
            values.mul_(1 + 0.2 * noise)
    adapted.peft_config["default"].base_model_name_or_path = f"tiny/{pathlib.Path(model).name}"
    adapted.save_pretrained(folder)
    (folder / "README.md").unlink()
    (folder / "adapter_model.safetensors").chmod(0o644)
    written = json.loads((folder / "adapter_config.json").read_text())
    if isinstance(written["target_modules"], list):
        written["target_modules"].sort()  # a set's, whose order differs from run to run
    (folder / "adapter_config.json").write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")


def cases(model):
    random = torch.Generator().manual_seed(1)
    for length in LENGTHS:
        ids = torch.randint(VOCAB, (1, length), generator=random)
        yield {"ids": ids[0].tolist(), "last_logits": [round(x, 6) for x in model(ids).logits[0, -1, :VOCAB].tolist()]}


def merged(model, weights):
    adapted = None
    for name, weight in weights.items():
        if adapted is None:
            adapted = PeftModel.from_pretrained(base(model), HERE / name, adapter_name=name)
        else:
            adapted.load_adapter(HERE / name, adapter_name=name)
    for module in adapted.modules():
        if isinstance(module, LoraLayer):
            for name in module.scaling:
                module.scaling[name] *= weights[name]
    return adapted.merge_and_unload(adapter_names=list(weights))


def expected(name, model, weights):
    plain, found = list(cases(base(model))), list(cases(merged(model, weights)))
    change = min(max(abs(x - y) for x, y in zip(a["last_logits"], b["last_logits"])) for a, b in zip(plain, found))
    assert change > NOTICED, (name, change)
    return {"adapters": weights, "model": model, "cases": found}


def main():
    if sys.argv[1:]:
        sys.exit(__doc__)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    for name, (model, config) in ADAPTERS.items():
        make(name, model, config)
    alone = {name: (model, {name: 1}) for name, (model, _) in ADAPTERS.items()}
    lines = [json.dumps(expected(name, *each)) for name, each in (alone | SEVERAL).items()]
    (HERE / "expected.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
