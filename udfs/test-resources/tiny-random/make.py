#!/usr/bin/env python3
"""Makes the tiny random Llama folders of this directory, and the logits that transformers computes from them.

usage: make.py           write every variant's folder and unsupported.json here
       make.py --check   recompute the numbers from the folders as they lie here, and try that the numbers notice mistakes

Needs torch, transformers and safetensors, no network. The same versions write the same bytes: all is seeded by the variant's name.
"""
import contextlib, json, math, pathlib, shutil, sys, zlib

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, Llama4ForCausalLM, Llama4ForConditionalGeneration, LlamaForCausalLM, MllamaForConditionalGeneration

HERE = pathlib.Path(__file__).resolve().parent
VOCAB = 96
LENGTHS = [1, 2, 7, 33, 70, 100]
ALL_LOGITS_OF = 7  # the prompt of this length carries the logits of every position
NEW_IDS = 8
MARGIN = 1e-3  # between the best and the second best logit at each greedy step, so that rounding cannot change the ids
SHARDS = 3

COMMON = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": VOCAB, "hidden_act": "silu",
    "max_position_embeddings": 256, "initializer_range": 0.02, "use_cache": True, "bos_token_id": 1, "eos_token_id": 2,
}
# Grouped attention in the layout that Llama 3's own config.json has.
GROUPED = COMMON | {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "rms_norm_eps": 1e-05, "tie_word_embeddings": False, "attention_bias": False, "mlp_bias": False, "pretraining_tp": 1,
    "rope_theta": 500000.0, "rope_scaling": None, "torch_dtype": "bfloat16", "transformers_version": "4.40.0",
}
# original_max_position_embeddings puts one frequency or more into each of llama3's bands: kept, smoothed and divided.
LLAMA3_SCALING = {"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": 4.0}

CONFIGS = {
    # As old as it gets: neither rope_theta nor num_key_value_heads; pretraining_tp, which transformers ignores by now.
    "llama2-full-attention": COMMON | {
        "hidden_size": 48, "intermediate_size": 80, "num_hidden_layers": 3, "num_attention_heads": 4, "rms_norm_eps": 1e-06,
        "pretraining_tp": 2, "torch_dtype": "float16", "transformers_version": "4.31.0",
    },
    "llama3-grouped": GROUPED,
    "llama31-scaled": GROUPED | {
        "eos_token_id": [93, 94, 95], "transformers_version": "4.42.3",
        "rope_scaling": LLAMA3_SCALING | {"factor": 8.0, "original_max_position_embeddings": 64},
    },
    "llama32-tied": COMMON | {
        "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 1,
        "head_dim": 24, "rms_norm_eps": 1e-05, "tie_word_embeddings": True, "attention_bias": False, "mlp_bias": False,
        "eos_token_id": [94, 95], "dtype": "bfloat16", "transformers_version": "5.23.0",
        "rope_parameters": LLAMA3_SCALING | {"rope_theta": 500000.0, "factor": 32.0, "original_max_position_embeddings": 32},
    },
    "smollm-default-rope": COMMON | {
        "hidden_size": 72, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 9, "num_key_value_heads": 3,
        "head_dim": 8, "rms_norm_eps": 1e-05, "tie_word_embeddings": True, "dtype": "bfloat16", "transformers_version": "5.23.0",
        "rope_parameters": {"rope_type": "default", "rope_theta": 100000.0},
    },
    "linear-scaled": GROUPED | {"rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 4.0}},
    "sharded-f16": GROUPED | {"torch_dtype": "float16"},
    "stored-f32": GROUPED | {"num_key_value_heads": 1, "torch_dtype": "float32"},
    # Heads of real sizes, which Herd's own kernels take.
    "heads-of-64": GROUPED | {"hidden_size": 96, "num_attention_heads": 6, "head_dim": 64},
    "heads-of-128": GROUPED | {"hidden_size": 80, "num_attention_heads": 10, "head_dim": 128},
    "stored-bf16": GROUPED | {"num_hidden_layers": 3, "intermediate_size": 64},
}

# Llama 3.2 with vision, as its files are: of these the text model alone is computed. Two layers of five are of cross-attention.
VISION = {
    "architectures": ["MllamaForConditionalGeneration"], "model_type": "mllama", "image_token_index": VOCAB, "eos_token_id": 2, "bos_token_id": 1,
    "torch_dtype": "bfloat16", "transformers_version": "4.45.0",
    "text_config": {
        "model_type": "mllama_text_model", "vocab_size": VOCAB, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 5,
        "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "silu", "rms_norm_eps": 1e-05, "max_position_embeddings": 256,
        "cross_attention_layers": [1, 3], "rope_theta": 500000.0, "tie_word_embeddings": False, "pad_token_id": 0,
        "bos_token_id": 1, "eos_token_id": 2, "dropout": 0,
        "rope_scaling": LLAMA3_SCALING | {"factor": 8.0, "original_max_position_embeddings": 64},
    },
    "vision_config": {
        "model_type": "mllama_vision_model", "hidden_size": 16, "attention_heads": 2, "intermediate_size": 16, "num_hidden_layers": 2,
        "num_global_layers": 1, "image_size": 8, "patch_size": 4, "max_num_tiles": 1, "intermediate_layers_indices": [0],
        "supported_aspect_ratios": [[1, 1]], "vision_output_dim": 32,
    },
}
CONFIGS |= {"vision-sharded": VISION}

# Llama 4's text model, dense as Llama Guard 4: prompts go over several chunks, and over several steps of the temperature.
LLAMA4 = COMMON | {
    "architectures": ["Llama4ForCausalLM"], "model_type": "llama4_text", "hidden_size": 64, "intermediate_size": 48, "intermediate_size_mlp": 96,
    "num_hidden_layers": 5, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 24, "rms_norm_eps": 1e-05,
    "tie_word_embeddings": False, "attention_bias": False, "moe_layers": [], "num_local_experts": 1, "interleave_moe_layer_step": 0,
    "no_rope_layer_interval": 4, "attention_chunk_size": 16, "use_qk_norm": True, "attn_temperature_tuning": True, "floor_scale": 8,
    "attn_scale": 0.3, "rope_theta": 500000.0, "rope_scaling": None, "torch_dtype": "bfloat16", "transformers_version": "4.51.3",
}
# As its files are, with images; other layers without rotation, neither equal lengths nor temperature, a scaled rotation.
LLAMA4_VISION = {
    "architectures": ["Llama4ForConditionalGeneration"], "model_type": "llama4", "boi_token_index": 90, "eoi_token_index": 91,
    "image_token_index": 92, "eos_token_id": 2, "bos_token_id": 1, "torch_dtype": "bfloat16", "transformers_version": "4.51.3",
    "text_config": {key: value for key, value in LLAMA4.items() if key not in ("architectures", "torch_dtype", "transformers_version")} | {
        "num_hidden_layers": 3, "no_rope_layers": [0, 1, 1], "attention_chunk_size": 24, "use_qk_norm": False,
        "attn_temperature_tuning": False, "rope_scaling": LLAMA3_SCALING | {"factor": 8.0, "original_max_position_embeddings": 64},
    },
    "vision_config": {
        "model_type": "llama4_vision_model", "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 16, "num_hidden_layers": 2,
        "image_size": 8, "patch_size": 4, "projector_input_dim": 16, "projector_output_dim": 16, "vision_output_dim": 16,
        "pixel_shuffle_ratio": 0.5,
    },
}
CONFIGS |= {"llama4-dense": LLAMA4, "llama4-vision-sharded": LLAMA4_VISION}

# What Herd must refuse: keys laid over llama3-grouped/config.json, and the key that the message names.
UNSUPPORTED = {
    "attention-bias": ({"attention_bias": True}, "attention_bias"),
    "mlp-bias": ({"mlp_bias": True}, "mlp_bias"),
    "gelu": ({"hidden_act": "gelu"}, "hidden_act"),
    "rope-yarn": ({"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}}, "rope_scaling"),
    "rope-dynamic": ({"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "rope_scaling"),
    "rope-longrope": ({"rope_scaling": {
        "rope_type": "longrope", "short_factor": [1.0] * 8, "long_factor": [2.0] * 8, "original_max_position_embeddings": 64,
    }}, "rope_scaling"),
    "rope-yarn-new-layout": ({"rope_parameters": {
        "rope_type": "yarn", "rope_theta": 500000.0, "factor": 4.0, "original_max_position_embeddings": 64,
    }}, "rope_parameters"),
    "rope-per-layer": ({"rope_parameters": {
        "full_attention": {"rope_type": "default", "rope_theta": 1e6}, "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
    }}, "rope_parameters"),
    "partial-rotary": ({"partial_rotary_factor": 0.5}, "partial_rotary_factor"),
    "partial-rotary-new-layout": ({"rope_parameters": {
        "rope_type": "default", "rope_theta": 500000.0, "partial_rotary_factor": 0.5,
    }}, "partial_rotary_factor"),
    "mistral": ({"model_type": "mistral", "architectures": ["MistralForCausalLM"], "sliding_window": 16}, "model_type"),
    "qwen2": ({"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]}, "model_type"),
    "mixtral": ({
        "model_type": "mixtral", "architectures": ["MixtralForCausalLM"], "num_local_experts": 4, "num_experts_per_tok": 2,
    }, "model_type"),
    "llama4": ({
        "model_type": "llama4", "architectures": ["Llama4ForConditionalGeneration"],
        "text_config": {"model_type": "llama4_text", "num_hidden_layers": 2, "num_local_experts": 16},
    }, "moe_layers"),
    "llama4-experts": ({"model_type": "llama4_text", "architectures": ["Llama4ForCausalLM"], "moe_layers": [1]}, "moe_layers"),
    "llama4-bias": ({"model_type": "llama4_text", "moe_layers": [], "attention_bias": True}, "attention_bias"),
    "experts": ({"num_local_experts": 4, "num_experts_per_tok": 2}, "num_local_experts"),
    "sliding-window": ({"sliding_window": 16}, "sliding_window"),
    "other-head": ({"architectures": ["LlamaForSequenceClassification"]}, "architectures"),
    "quantized": ({"quantization_config": {"quant_method": "hqq", "bits": 4}}, "quantization_config"),
}


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_list(path, cases):
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


def vision(model):
    return isinstance(model, MllamaForConditionalGeneration)


def model_class(config):
    return {
        "llama": LlamaForCausalLM, "mllama": MllamaForConditionalGeneration,
        "llama4": Llama4ForConditionalGeneration, "llama4_text": Llama4ForCausalLM,
    }[config["model_type"]]


def published(name):
    """The name that a tensor has in files: those of models with vision have older ones."""
    for now, before in (("model.language_model.", "language_model.model."), ("model.vision_model.", "vision_model."),
                        ("model.multi_modal_projector.", "multi_modal_projector.")):
        name = before + name.removeprefix(now) if name.startswith(now) else name
    return name


def dtype_of(config):
    return getattr(torch, config.get("dtype") or config["torch_dtype"])


def random_weights(config, seed):
    """Norms well away from 1 and sharp attention: with transformers' own initial weights hardly any mistake would show."""
    random = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        made = model_class(config)._from_config(AutoConfig.for_model(**config))
        shapes = {published(name): tensor.shape for name, tensor in made.state_dict().items()}
    if config["model_type"] == "mllama":
        shapes = {"language_model." + name if name == "lm_head.weight" else name: shape for name, shape in shapes.items()}
    weights = {}
    for name, shape in shapes.items():
        noise = torch.randn(shape, generator=random)
        if "norm" in name:
            weights[name] = 1 + 0.3 * noise
        elif "embed" in name:
            weights[name] = 0.5 * noise
        else:
            gain = 2 if "q_proj" in name or "k_proj" in name else 3 if "lm_head" in name else 1
            weights[name] = gain / math.sqrt(shape[-1]) * noise
    if config.get("tie_word_embeddings"):
        del weights["lm_head.weight"]
    return {name: tensor.to(dtype_of(config)) for name, tensor in weights.items()}


def write_weights(folder, weights):
    metadata = {"format": "pt"}
    if "sharded" not in folder.name:
        save_file(weights, folder / "model.safetensors", metadata)
        return
    names = sorted(weights)
    size = math.ceil(len(names) / SHARDS)
    where = {}
    for i in range(SHARDS):
        shard = f"model-{i + 1:05}-of-{SHARDS:05}.safetensors"
        part = names[i * size:(i + 1) * size]
        save_file({name: weights[name] for name in part}, folder / shard, metadata)
        where |= dict.fromkeys(part, shard)
    total = sum(tensor.nbytes for tensor in weights.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": where})


def load(folder, dtype=torch.float32):
    return model_class(json.loads((folder / "config.json").read_text())).from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()


def logits_of(model, ids):
    return model(torch.tensor([ids])).logits[0]


def greedy(model, ids):
    """The next ids, end of text ignored, and the smallest margin on the way."""
    output = model(torch.tensor([ids]), use_cache=True)
    new, margin = [], math.inf
    while True:
        best = output.logits[0, -1].topk(2)
        new.append(best.indices[0].item())
        margin = min(margin, (best.values[0] - best.values[1]).item())
        if len(new) == NEW_IDS:
            return new, margin
        output = model(torch.tensor([new[-1:]]), past_key_values=output.past_key_values, use_cache=True)


def rounded(tensor):
    return [rounded(row) for row in tensor] if tensor.dim() > 1 else [round(x, 6) for x in tensor.tolist()]


def cases_of(model, seed):
    random = torch.Generator().manual_seed(seed)
    cases = []
    for length in LENGTHS:
        margin = 0
        while margin < MARGIN:
            # of models with vision the place of an image, too, for which the text model has an embedding
            ids = torch.randint(model.get_input_embeddings().weight.shape[0] - (7 if vision(model) else 0), (length,), generator=random).tolist()
            new, margin = greedy(model, ids)
        logits = logits_of(model, ids)
        case = {"ids": ids, "greedy": new, "min_margin": round(margin, 6), "last_logits": rounded(logits[-1])}
        if length == ALL_LOGITS_OF:
            case["all_logits"] = rounded(logits)
        cases.append(case)
    return cases


def make(name, config):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    seed = zlib.crc32(name.encode())
    write_json(folder / "config.json", config)
    keys = ["bos_token_id", "eos_token_id"]
    write_json(folder / "generation_config.json", {key: config[key] for key in keys} | {"transformers_version": config["transformers_version"]})
    weights = random_weights(config, seed)
    if name == "llama2-full-attention":
        # Llama 2's published files hold these buffers, which no reader needs.
        for layer in range(config["num_hidden_layers"]):
            weights[f"model.layers.{layer}.self_attn.rotary_emb.inv_freq"] = 10000 ** (-torch.arange(0, 12, 2) / 12)
    write_weights(folder, weights)
    write_list(folder / "expected.json", cases_of(load(folder), seed))


@contextlib.contextmanager
def changed(model, attribute, value):
    before = getattr(model, attribute)
    setattr(model, attribute, value)
    yield
    setattr(model, attribute, before)


def mistakes(model):
    """What a wrong engine might do, as context managers."""
    if vision(model):  # its text model is a Llama
        return
    if isinstance(model, (Llama4ForConditionalGeneration, Llama4ForCausalLM)):
        yield from mistakes_of_llama4(getattr(model, "language_model", model))
        return
    config, rope = model.config, model.model.rotary_emb
    plain = rope.compute_default_rope_parameters(config)[0]
    if config.rope_parameters["rope_type"] != "default":
        yield "rope not scaled", changed(rope, "inv_freq", plain)
    yield "another rope_theta", changed(rope, "inv_freq", rope.inv_freq ** 1.1)
    yield "rope scaled by 1.01", changed(rope, "inv_freq", rope.inv_freq * 1.01)
    yield "interleaved rope", interleaved(model, config.head_dim)
    norm = model.model.layers[-1].input_layernorm
    yield "norm without weight", changed(norm, "weight", torch.nn.Parameter(torch.ones_like(norm.weight)))
    if 1 < config.num_key_value_heads < config.num_attention_heads:
        yield "key heads dealt in turn", dealt_in_turn(model, config)


def mistakes_of_llama4(model):
    config, rope = model.config, model.model.rotary_emb
    attention = [layer.self_attn for layer in model.model.layers]
    turned = next(each for each in attention if each.use_rope)
    yield "another rope_theta", changed(rope, "inv_freq", rope.inv_freq ** 1.1)
    yield "halves rotated", interleaved(model, config.head_dim)
    yield "chunks ignored", changed(config, "layer_types", ["full_attention"] * len(attention))
    yield "a chunk too long", changed(config, "attention_chunk_size", config.attention_chunk_size + 1)
    if config.use_qk_norm:
        yield "lengths as they are", changed(turned, "qk_norm", torch.nn.Identity())
    if config.attn_temperature_tuning:
        yield "no temperature", changed(next(each for each in attention if not each.use_rope), "attn_temperature_tuning", False)
        yield "steps of 9", changed(next(each for each in attention if not each.use_rope), "floor_scale", 9)


@contextlib.contextmanager
def rows_moved(model, layout, projections):
    for layer in model.model.layers:
        for name in projections:
            weight = getattr(layer.self_attn, name).weight
            weight.data = weight.data[layout(weight.shape[0])]
    yield
    for layer in model.model.layers:
        for name in projections:
            weight = getattr(layer.self_attn, name).weight
            weight.data = weight.data[layout(weight.shape[0]).argsort()]


def interleaved(model, dim):
    return rows_moved(model, lambda rows: torch.arange(rows).view(-1, dim // 2, 2).transpose(1, 2).reshape(-1), ["q_proj", "k_proj"])


def dealt_in_turn(model, config):
    def layout(rows):
        return torch.arange(rows).view(config.num_key_value_heads, -1, config.head_dim).transpose(0, 1).reshape(-1)
    return rows_moved(model, layout, ["q_proj"])


def check(name):
    cases = json.loads((HERE / name / "expected.json").read_text())
    model = load(HERE / name)
    exact = load(HERE / name, torch.float64)

    def far(of):
        return [(logits_of(of, case["ids"])[-1].double() - torch.tensor(case["last_logits"])).abs().max().item() for case in cases]

    assert max(far(model)) < 2e-5, far(model)
    assert all(greedy(model, case["ids"])[0] == case["greedy"] for case in cases)
    assert min(case["min_margin"] for case in cases) > MARGIN
    every = next(case for case in cases if "all_logits" in case)
    assert (logits_of(model, every["ids"]) - torch.tensor(every["all_logits"])).abs().max() < 2e-5
    print(f"{name}: again {max(far(model)):.1e}, in float64 {max(far(exact)):.1e}, margin {min(case['min_margin'] for case in cases):.4f}")
    for mistake, made in mistakes(model):
        with made:
            seen = far(model)
        # One token attends only to itself, whatever its position; Llama 4's chunks show in prompts of several.
        least = min(seen[LENGTHS.index(33 if "llama4" in name else 7):])
        print(f"  {mistake}: {least:.3f} to {max(seen):.3f}")
        assert least > 1e-2, seen
    assert max(far(model)) < 2e-5


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--check"]:
        for name in CONFIGS:
            check(name)
    elif not sys.argv[1:]:
        for name, config in CONFIGS.items():
            make(name, config)
        write_json(HERE / "unsupported.json", {name: {"config": config, "key": key} for name, (config, key) in UNSUPPORTED.items()})
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
