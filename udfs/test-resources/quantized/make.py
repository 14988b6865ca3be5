#!/usr/bin/env python3
"""Makes the quantized checkpoints of this directory, each with the tool that people make them with, and what that tool's own
dequantization gives: logits in float32, and a digest of every weight.

usage: make.py           write every folder, and expected.json
       make.py NAME...   only these

Needs torch, transformers and safetensors, and for its formats llmcompressor, compressed-tensors, gptqmodel and bitsandbytes. No
network. The model is tiny-random/llama3-grouped with its first layer alone.
"""
import hashlib, json, os, pathlib, shutil, sys

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


# ---- FP8: transformers', which DeepSeek has, too, AutoFP8's, and Meta's ----

FP8 = {"fp8-blocks": [32, 32], "fp8-scalar": None, "fp8-auto": None, "fbgemm": [1, 0]}


def fp8(name):
    from transformers.integrations.finegrained_fp8 import Fp8Dequantize

    model, dense = base(torch.float32), {}
    tensors = plain(base(torch.bfloat16))
    for module in MODULES:
        weight = model.get_submodule(module).weight
        rows, columns = FP8[name] or weight.shape
        columns = columns or weight.shape[1]
        blocks = weight.view(weight.shape[0] // rows, rows, weight.shape[1] // columns, columns)
        scale = (blocks.abs().amax((1, 3)) / 448).clamp(1e-12)
        codes = (blocks / scale[:, None, :, None]).view(weight.shape).to(torch.float8_e4m3fn)
        tensors[module + ".weight"] = codes
        if name == "fp8-auto":
            tensors |= {module + ".weight_scale": scale.view(()), module + ".input_scale": torch.tensor(1.0)}
        else:
            tensors[module + (".weight_scale" if name == "fbgemm" else ".weight_scale_inv")] = scale if FP8[name] else scale.view(1)
        dense[module] = codes.float() * scale if name == "fbgemm" else Fp8Dequantize(None)._dequantize_one(codes, scale)
    if name == "fbgemm":
        write(name, tensors, {"quant_method": "fbgemm_fp8", "activation_scale_ub": 1200.0, "modules_to_not_convert": ["lm_head"]})
    elif name == "fp8-auto":
        write(name, tensors, {"quant_method": "fp8", "activation_scheme": "static", "ignored_layers": ["lm_head"]})
    else:
        write(name, tensors, {"quant_method": "fp8", "activation_scheme": "dynamic", "weight_block_size": FP8[name]})
    return dense


# ---- GPTQ and AWQ, by GPTQModel ----

GROUPED = {
    "gptq": {"bits": 4, "group_size": 32, "desc_act": True, "sym": True},
    "gptq-v2": {"bits": 4, "group_size": 32, "desc_act": False, "sym": False, "format": "gptq_v2"},
    "gptq-8": {"bits": 8, "group_size": -1, "desc_act": False, "sym": False, "act_group_aware": False},
}


def grouped(name):
    os.environ.setdefault("GPTQMODEL_CPU_WORKERS", "2")  # with fewer than three cores it asks for one, and then for two
    from gptqmodel import GPTQModel, QuantizeConfig

    source, saved = HERE / "source", HERE / "saved"
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(BASE.parent / "tokenizer.json"), pad_token="<pad>", eos_token="</s>")
    model = base(torch.bfloat16)
    model.save_pretrained(source)
    tokenizer.save_pretrained(source)
    random = torch.Generator().manual_seed(3)
    data = [{"input_ids": torch.randint(3, VOCAB, (64,), generator=random).tolist(), "attention_mask": [1] * 64} for _ in range(8)]
    quantized = GPTQModel.load(str(source), QuantizeConfig(**GROUPED[name]), device="cpu")
    quantized.quantize(data, batch_size=1)
    quantized.save(str(saved))
    tensors = load_file(saved / "model.safetensors")
    keys = ["bits", "group_size", "desc_act", "sym", "quant_method", "checkpoint_format", "format", "version", "zero_point", "pack_dtype"]
    settings = json.loads((saved / "config.json").read_text())["quantization_config"]
    write(name, tensors, {key: settings[key] for key in keys if key in settings})
    shutil.rmtree(source)
    shutil.rmtree(saved)
    return {module: dense_grouped(tensors, module, **GROUPED[name]).T for module in MODULES}


def dense_grouped(tensors, module, bits, group_size, desc_act=False, sym=True, format="gptq", **_):
    from gptqmodel.nn_modules.qlinear.torch import TorchLinear
    from gptqmodel.utils.model import convert_gptq_v1_to_v2_format_module

    mine = {key[len(module) + 1:]: each for key, each in tensors.items() if key.startswith(module + ".")}
    rows, columns = mine["scales"].shape[1], len(mine["g_idx"])
    linear = TorchLinear(bits, group_size, sym, desc_act, columns, rows)
    for key, each in mine.items():
        linear.register_buffer(key, each.clone())
    if format == "gptq":
        convert_gptq_v1_to_v2_format_module(linear, bits, torch.int32)
    linear.post_init()
    return linear.dequantize_weight()


AWQ = {"awq": torch.float16, "awq-bf16": torch.bfloat16}  # types of the scales


def awq(name):
    # Its search for scales takes matrices of 64 rows and more; so plain rounding here, and its packing.
    from gptqmodel.nn_modules.qlinear.torch_awq import AwqTorchLinear
    from gptqmodel.quantization.awq.utils.packing_utils import dequantize_gemm

    model, tensors, dense = base(torch.float32), plain(base(torch.bfloat16)), {}
    for module in MODULES:
        linear = model.get_submodule(module)
        groups = linear.weight.view(linear.weight.shape[0], -1, 32)
        low, high = groups.amin(2).clamp(max=0), groups.amax(2).clamp(min=0)
        scales = ((high - low) / 15).to(AWQ[name]).float()
        zeros = (-low / scales).round().clamp(0, 15)
        codes = ((groups / scales[:, :, None]).round() + zeros[:, :, None]).clamp(0, 15)
        linear.weight.data = ((codes - zeros[:, :, None]) * scales[:, :, None]).view(linear.weight.shape)
        packed = AwqTorchLinear(4, 32, False, False, linear.in_features, linear.out_features)
        packed.pack(linear, scales.to(AWQ[name]), zeros)
        tensors |= {f"{module}.{key}": getattr(packed, key) for key in ["qweight", "qzeros", "scales"]}
        dense[module] = dequantize_gemm(packed.qweight, packed.qzeros, packed.scales, 4, 32).T
        assert torch.equal(dense[module].float(), linear.weight.data.to(AWQ[name]).float())
    write(name, tensors, {"quant_method": "awq", "bits": 4, "group_size": 32, "version": "gemm", "zero_point": True})
    return dense


# ---- bitsandbytes ----

BYTES = {"bnb-int8": None, "bnb-nf4": ("nf4", False), "bnb-nf4-double": ("nf4", True), "bnb-fp4": ("fp4", True)}


def bytes_of(name):
    import bitsandbytes as bnb
    from transformers import BitsAndBytesConfig

    tensors, dense = plain(base(torch.bfloat16)), {}
    for module in MODULES:
        weight = base(torch.bfloat16).get_submodule(module).weight
        rows, columns = weight.shape
        if BYTES[name]:
            kind, double = BYTES[name]
            linear = bnb.nn.Linear4bit(columns, rows, bias=False, compress_statistics=double, quant_type=kind, quant_storage=torch.uint8)
            linear.weight = bnb.nn.Params4bit(weight, False, quant_type=kind, compress_statistics=double, quant_storage=torch.uint8).to("cpu")
            dense[module] = dense_nibbles(linear.weight.data, linear.weight.quant_state)
            assert (dense[module] - weight).abs().mean() < weight.abs().mean() / 4
        else:
            linear = bnb.nn.Linear8bitLt(columns, rows, bias=False, has_fp16_weights=False)
            linear.weight = bnb.nn.Int8Params(weight.to(torch.float16), requires_grad=False, has_fp16_weights=False).to("cpu")
            dense[module] = bnb.functional.int8_vectorwise_dequant(linear.weight.data, linear.weight.SCB)
        tensors |= {module + "." + key: each for key, each in linear.state_dict().items()}
    kind, double = BYTES[name] or (None, False)
    more = {"bnb_4bit_quant_type": kind, "bnb_4bit_use_double_quant": double, "bnb_4bit_compute_dtype": "bfloat16"} if kind else {}
    settings = BitsAndBytesConfig(load_in_8bit=not kind, load_in_4bit=bool(kind), **more).to_dict()
    write(name, {key: each if isinstance(each, torch.Tensor) else torch.tensor(0, dtype=torch.uint8) for key, each in tensors.items()}, settings)
    return dense


def dense_nibbles(packed, state):
    # Its plain operators, which do what it does on GPUs. Its kernel for CPUs (0.50.2) takes another block's scale where rows
    # aren't whole blocks, as down_proj's 96 columns.
    import bitsandbytes as bnb
    from bitsandbytes.backends.default.ops import _dequantize_4bit_compute

    largest = state.absmax
    if state.nested:
        largest = bnb.functional.dequantize_blockwise(state.absmax, state.state2) + state.offset
    return _dequantize_4bit_compute(packed.reshape(-1), largest.float(), state.code, state.blocksize, state.shape, state.dtype)


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


MAKERS = {name: maker for maker, names in {compressed: COMPRESSED, fp8: FP8, grouped: GROUPED, awq: AWQ, bytes_of: BYTES}.items() for name in names}


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
