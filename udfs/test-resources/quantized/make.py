#!/usr/bin/env python3
"""Makes the quantized checkpoints of this directory, each with the tool that people make them with, and what that tool's own
dequantization gives: logits in float32, and a digest of every weight.

usage: make.py           write every folder, and expected.json
       make.py NAME...   only these

Needs torch, transformers and safetensors, and for its formats llmcompressor, compressed-tensors, gptqmodel and bitsandbytes. No
network. The model is tiny-random/llama3-grouped with its first layer alone.
"""
import hashlib, json, pathlib, shutil, sys

import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).resolve().parent
BASE = HERE.parent / "tiny-random" / "llama3-grouped"
LENGTHS = [1, 7, 33]
VOCAB = 96
LINEAR = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]
MODULES = ["model.layers.0." + name for name in LINEAR]


def config():
    return LlamaConfig.from_pretrained(BASE, num_hidden_layers=1)


def base(dtype):
    # as it would be saved: bfloat16, with a few weights far from the others, which is what groups are for
    model = LlamaForCausalLM.from_pretrained(BASE, config=config(), dtype=torch.float32, attn_implementation="eager").eval()
    random = torch.Generator().manual_seed(28)
    for module in MODULES:
        weight = model.get_submodule(module).weight
        weight.mul_(1 + 2 * (torch.rand(weight.shape, generator=random) > 0.97))
    for weight in model.parameters():  # and not the rotation's frequencies, which aren't saved
        weight.data = weight.to(torch.bfloat16).to(dtype)
    return model


def plain(model):
    """The tensors of a model that are saved as they are."""
    return {name: each.clone() for name, each in model.state_dict().items() if name.rpartition(".")[0] not in MODULES}


def write(name, tensors, quantization):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    save_file({key: each.contiguous() for key, each in tensors.items()}, folder / "model.safetensors", {"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    settings = json.loads((BASE / "config.json").read_text()) | {"num_hidden_layers": 1, "quantization_config": quantization}
    (folder / "config.json").write_text(json.dumps(settings, indent=2) + "\n")


# ---- compressed-tensors, by llm-compressor ----

def weights(bits, strategy, kind="int", **more):
    return {"num_bits": bits, "type": kind, "strategy": strategy, "symmetric": True} | more


def activations(kind, dynamic=True):
    return {"num_bits": 8, "type": kind, "strategy": "token" if dynamic else "tensor", "symmetric": True, "dynamic": dynamic}


def group(targets, weights, activations=None):
    return {"targets": targets, "weights": weights, "input_activations": activations}


COMPRESSED = {  # name: groups, ignored
    "w8a8": ([group(["Linear"], weights(8, "channel"), activations("int"))], ["lm_head"]),
    "w8a8-tensor": ([group(["Linear"], weights(8, "tensor"), activations("int"))], ["lm_head"]),
    "w8a16-group": ([group(["Linear"], weights(8, "group", group_size=32))], ["lm_head"]),
    "w8a8-asymmetric": ([group(["Linear"], weights(8, "channel", symmetric=False), activations("int"))], ["lm_head"]),
    "fp8-dynamic": ([group(["Linear"], weights(8, "channel", "float"), activations("float"))], ["lm_head"]),
    "fp8-static": ([group(["Linear"], weights(8, "tensor", "float"), activations("float", False))], ["re:.*lm_head"]),
    "fp8-block": ([group(["Linear"], weights(8, "block", "float", block_structure=[64, 32]))], ["lm_head"]),
    "w4a16": ([group(["Linear"], weights(4, "group", group_size=32))], ["lm_head", "re:.*down_proj"]),
    "w4a16-asymmetric": ([group(["Linear"], weights(4, "group", group_size=32, symmetric=False))], []),
    "mixed": ([
        group(["re:.*self_attn.*"], weights(4, "channel")),
        group(["model.layers.0.mlp.up_proj"], weights(8, "channel"), activations("int")),
        group(["re:.*gate_proj$", "re:.*down_proj$"], weights(8, "channel", "float"), activations("float")),
    ], ["lm_head"]),
}


def compressed(name):
    from compressed_tensors.compressors import BaseCompressor
    from compressed_tensors.quantization import QuantizationScheme
    from llmcompressor import oneshot
    from llmcompressor.modifiers.quantization import QuantizationModifier

    groups, ignored = COMPRESSED[name]
    schemes = {f"group_{i}": QuantizationScheme(**each) for i, each in enumerate(groups)}
    model = base(torch.bfloat16)
    static = any(each["input_activations"] and not each["input_activations"]["dynamic"] for each in groups)
    if static:
        from datasets import Dataset
        data = Dataset.from_dict({"input_ids": [[1, 5, 9, 23, 42, 7]] * 4, "attention_mask": [[1] * 6] * 4})
        processor = PreTrainedTokenizerFast(tokenizer_file=str(BASE.parent / "tokenizer.json"))
        recipe = QuantizationModifier(config_groups=schemes, ignore=ignored)
        oneshot(model=model, recipe=recipe, dataset=data, processor=processor, num_calibration_samples=4)
    else:
        oneshot(model=model, recipe=QuantizationModifier(config_groups=schemes, ignore=ignored))
    folder = HERE / "saved"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, save_compressed=True)
    tensors = load_file(folder / "model.safetensors")
    quantization = json.loads((folder / "config.json").read_text())["quantization_config"]
    shutil.rmtree(folder)
    write(name, tensors, quantization)
    return dict(dense_compressed(tensors, model))


def dense_compressed(tensors, model):
    from compressed_tensors.compressors import BaseCompressor

    for module in [*MODULES, "lm_head"]:
        scheme = getattr(model.get_submodule(module), "quantization_scheme", None)
        if scheme is None:
            yield module, tensors[module + ".weight"]
        else:
            mine = {key[len(module) + 1:]: each for key, each in tensors.items() if key.startswith(module + ".")}
            yield module, BaseCompressor.get_value_from_registry(scheme.format).decompress(mine, scheme)["weight"]


# ---- expected ----

def digest(weight):
    return hashlib.sha256(weight.float().contiguous().numpy().tobytes()).hexdigest()


def expected(name, dense):
    model = base(torch.float32)
    before = list(cases(model))
    for module, weight in dense.items():
        model.get_submodule(module).weight.data = weight.float()
    found = list(cases(model))
    change = max(abs(x - y) for a, b in zip(before, found) for x, y in zip(a["last_logits"], b["last_logits"]))
    print(name, "changes logits by", round(change, 3), sum(file.stat().st_size for file in (HERE / name).iterdir()))
    return {
        "model": name,
        "types": {module + ".weight": str(weight.dtype).removeprefix("torch.") for module, weight in dense.items()},
        "digests": {module + ".weight": digest(weight) for module, weight in dense.items()},
        "cases": found,
    }


def cases(model):
    random = torch.Generator().manual_seed(1)
    for length in LENGTHS:
        ids = torch.randint(VOCAB, (1, length), generator=random)
        yield {"ids": ids[0].tolist(), "last_logits": [round(x, 6) for x in model(ids).logits[0, -1, :VOCAB].tolist()]}


MAKERS = {name: compressed for name in COMPRESSED}


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    file = HERE / "expected.json"
    all = {each["model"]: each for each in json.loads(file.read_text())} if file.exists() else {}
    for name in sys.argv[1:] or MAKERS:
        all[name] = expected(name, MAKERS[name](name))
        lines = [json.dumps(all[name]) for name in MAKERS if name in all]
        file.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
