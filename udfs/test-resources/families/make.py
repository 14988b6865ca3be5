#!/usr/bin/env python3
"""Makes the families of this directory: of each kind of Llama its configuration, tokenizer and template, and transformers' ids and logits.

usage: make.py

Configurations have each family's published values but for sizes and token ids: few layers, 32 wide, of heads as large as the real ones.
Tokenizers are guard's (llama2's with Code Llama's four tokens for infilling, too), templates those of udfs/text's tests and guard's.
Families of one shape share their random weights, so that nothing but the configuration tells them apart: make.py fails where a long
prompt's logits don't show it.

expected.json has of each family what it is made of, and its cases: a text, the ids of a chat with it, the next 8 ids, and the logits
behind the prompt.

Needs torch, transformers, safetensors and tokenizers, no network.
"""
import json, math, pathlib, shutil

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).resolve().parent
GUARD = HERE.parent / "guard"
TEXT = HERE.parents[1] / "text/src/test/resources/text/templates"
SIZES = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
INFILLING = ["▁<PRE>", "▁<SUF>", "▁<MID>", "▁<EOT>"]
DATE = "01 Feb 2025"
NEW_IDS = 8
MARGIN = 1e-3
DIFFERENCE = 2e-3  # between the logits of families that share weights, behind the long prompt
TEXTS = [
    "Which number is more, 12 or 1,000? 好 😀",
    " ".join(f"{word} {n}," for n in range(70) for word in ("How many people will they see", "and what did she say of them at")),
]

LLAMA2 = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "initializer_range": 0.02, "head_dim": 128,
    "max_position_embeddings": 4096, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": None, "tie_word_embeddings": False,
    "num_key_value_heads": 2, "torch_dtype": "float16", "use_cache": True,
}
CODE_LLAMA = LLAMA2 | {"max_position_embeddings": 16384, "rope_theta": 1000000}
LLAMA3 = LLAMA2 | {
    "attention_bias": False, "attention_dropout": 0.0, "max_position_embeddings": 8192, "num_key_value_heads": 1, "rope_theta": 500000.0,
    "torch_dtype": "bfloat16",
}
SCALING = {"low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"}
LLAMA31 = LLAMA3 | {"max_position_embeddings": 131072, "mlp_bias": False, "rope_scaling": SCALING | {"factor": 8.0}}
LLAMA32 = LLAMA31 | {"tie_word_embeddings": True, "rope_scaling": SCALING | {"factor": 32.0}}

# Of each family: configuration, tokenizer, template.
FAMILIES = {
    "Llama-2-7b-chat-hf": (LLAMA2, "llama2", TEXT / "llama2.jinja"),
    "Llama-2-70b-chat-hf": (LLAMA2 | {"num_key_value_heads": 1}, "llama2", TEXT / "llama2.jinja"),
    "CodeLlama-7b-Instruct-hf": (CODE_LLAMA, "codellama", TEXT / "llama2.jinja"),
    "LlamaGuard-7b": (LLAMA2, "llama2", GUARD / "guard1.jinja"),
    "Meta-Llama-3-8B-Instruct": (LLAMA3, "llama3", TEXT / "llama3.jinja"),
    "Meta-Llama-Guard-2-8B": (LLAMA3, "llama3", GUARD / "guard2.jinja"),
    "Llama-3.1-8B-Instruct": (LLAMA31, "llama3", TEXT / "llama3.1.jinja"),
    "Llama-3.3-70B-Instruct": (LLAMA31, "llama3", TEXT / "llama3.1.jinja"),
    "Llama-Guard-3-8B": (LLAMA31, "llama3", GUARD / "guard3.jinja"),
    "Llama-3.2-1B-Instruct": (LLAMA32 | {"head_dim": 64}, "llama3", TEXT / "llama3.2.jinja"),
    "Llama-3.2-3B-Instruct": (LLAMA32, "llama3", TEXT / "llama3.2.jinja"),
    "Llama-Guard-3-1B": (LLAMA32 | {"head_dim": 64}, "llama3", GUARD / "guard3-parts.jinja"),
}


def tokenizer_of(name):
    folder = GUARD / ("llama2" if name == "codellama" else name)
    special = json.loads((folder / "tokenizer_config.json").read_text())
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **special)
    if name == "codellama":
        tokenizer.backend_tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in INFILLING])
        (HERE / name).mkdir(exist_ok=True)
        written = json.loads(tokenizer.backend_tokenizer.to_str())
        (HERE / name / "tokenizer.json").write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n")
        shutil.copy(folder / "tokenizer_config.json", HERE / name)
    return tokenizer


def shape(config, tokenizer):
    heads = f"{config['num_key_value_heads']}-of-{config['head_dim']}"
    return f"{'llama2' if tokenizer == 'codellama' else tokenizer}-{heads}{'-tied' if config['tie_word_embeddings'] else ''}"


def weights(path, config):
    random = torch.Generator().manual_seed(len(path.stem) + config["head_dim"])
    with torch.device("meta"):
        shapes = {key: tensor.shape for key, tensor in LlamaForCausalLM(LlamaConfig.from_dict(config)).state_dict().items()}
    made = {}
    for key, size in shapes.items():
        noise = torch.randn(size, generator=random)
        gain = 2.5 if "q_proj" in key or "k_proj" in key else 1
        made[key] = 1 + 0.3 * noise if "norm" in key else 0.4 * noise if "embed" in key else gain / math.sqrt(size[-1]) * noise
    if config["tie_word_embeddings"]:
        del made["lm_head.weight"]
    path.parent.mkdir(exist_ok=True)
    save_file({key: tensor.to(getattr(torch, config["torch_dtype"])) for key, tensor in made.items()}, path, {"format": "pt"})
    path.chmod(0o644)


def folder_of(name, config, tokenizer, token_ids):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    config = config | SIZES | {"vocab_size": VOCABULARY[tokenizer]} | token_ids
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    path = HERE / "weights" / f"{shape(config, tokenizer)}.safetensors"
    if not path.exists():
        weights(path, config)
    return folder, path, config


def model_of(path, config):
    from safetensors.torch import load_file
    model = LlamaForCausalLM._from_config(LlamaConfig.from_dict(config), dtype=torch.float32, attn_implementation="eager").eval()
    model.load_state_dict({key: tensor.float() for key, tensor in load_file(path).items()}, strict=False)
    model.tie_weights()
    return model


def case(model, tokenizer, template, text):
    content = [{"type": "text", "text": text}] if "parts" in template.name else text
    chat = [{"role": "user", "content": content}]
    ids = tokenizer.apply_chat_template(chat, tokenize=True, return_dict=False, add_generation_prompt=True, date_string=DATE)
    all_ids, margin, first = list(ids), math.inf, None
    for _ in range(NEW_IDS):
        logits = model(torch.tensor([all_ids])).logits[0, -1]
        first = logits if first is None else first
        best = logits.topk(2)
        margin = min(margin, (best.values[0] - best.values[1]).item())
        all_ids.append(best.indices[0].item())
    assert margin > MARGIN, (text[:40], margin)
    return {"text": text, "ids": ids, "greedy": all_ids[len(ids):], "last_logits": [round(x, 5) for x in first.tolist()]}


VOCABULARY = {"llama2": 0, "codellama": 0, "llama3": 0}


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(HERE / "weights", ignore_errors=True)
    tokenizers = {name: tokenizer_of(name) for name in VOCABULARY}
    most = max(len(tokenizers["llama2"]), len(tokenizers["codellama"]))
    VOCABULARY.update(llama2=most, codellama=most, llama3=len(tokenizers["llama3"]))
    lines, seen = [], {}
    for name, (config, kind, template) in FAMILIES.items():
        tokenizer = tokenizers[kind]
        tokenizer.chat_template = template.read_text()
        folder, path, config = folder_of(name, config, kind, {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id})
        model = model_of(path, config)
        cases = [case(model, tokenizer, template, text) for text in TEXTS]
        for rope, other in seen.get(path, {}).items():
            if rope != str((config.get("rope_theta"), config["rope_scaling"])):
                seen_here = model_of(path, other)(torch.tensor([cases[1]["ids"]])).logits[0, -1]
                distance = (seen_here - torch.tensor(cases[1]["last_logits"])).abs().max().item()
                print(f"  {name} as {rope}: {distance:.4f}")
                assert distance > DIFFERENCE
        seen.setdefault(path, {})[str((config.get("rope_theta"), config["rope_scaling"]))] = config
        print(f"{name}: {path.stem}, {[len(each['ids']) for each in cases]} tokens")
        relative = str(template.relative_to(HERE.parents[1]))
        lines.append(json.dumps({"family": name, "tokenizer": kind, "template": relative, "weights": path.stem, "cases": cases}, ensure_ascii=False))
    (HERE / "expected.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
