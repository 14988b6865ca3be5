#!/usr/bin/env python3
"""Makes two tiny random models with tokenizers of Llama 2's and Llama 3's kind, and what transformers makes of labels after prompts.

usage: make.py MODEL    MODEL is the folder of SmolLM2-135M-Instruct

expected.json has a case for each prompt: which tokenizer, the labels, and the probability of each among them. A label is scored as
lm-evaluation-harness does it: prompt and label are encoded as one, blanks at the prompt's end belong to the label, and the tokens beyond
those of the prompt count. Where the label changes the prompt's last tokens that way has no sound answer; all tokens beyond the common
ones count then.

Needs torch, transformers and safetensors. All is computed one text at a time, in float32.
"""
import json, math, pathlib, shutil, sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).resolve().parent
TOKENIZERS = HERE.parents[1] / "text/src/test/resources/text"
KINDS = {"llama2": 628, "llama3": 610}  # and the vocabulary, which may be larger than the tokenizer's

BEGINNINGS = ["Review: it was found to be fine.\nSentiment", "Is it hot? Answer with yes or no", "The letter is", "这部电影", "It is 12"]
ENDS = [":", " (", "\n", ":\n", ": ", ":  ", " 好", " 😀", ""]
LABELS = [
    [" positive", " negative", " not found"], ["positive", "negative"], ["A", "B"], [" yes", " no"], ["yes", " no"], ["好", "不好", " 好"],
    ["😀", "👍", " 😀 "], ["3", "34"], ["\npositive", "\nnegative"], [": A", ":"],
]


def make(name, vocabulary):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(TOKENIZERS / name / "tokenizer.json", folder)
    tokens = json.loads((folder / "tokenizer.json").read_text())["added_tokens"]
    bos = next(t["id"] for t in tokens if t["content"] in ("<s>", "<|begin_of_text|>"))
    eos = next(t["id"] for t in tokens if t["content"] in ("</s>", "<|end_of_text|>"))
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": vocabulary, "hidden_act": "silu", "hidden_size": 32,
        "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-05,
        "tie_word_embeddings": True, "max_position_embeddings": 256, "rope_theta": 10000.0, "torch_dtype": "bfloat16",
        "bos_token_id": bos, "eos_token_id": eos,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    random = torch.Generator().manual_seed(vocabulary)
    with torch.device("meta"):
        shapes = {name: tensor.shape for name, tensor in LlamaForCausalLM(LlamaConfig.from_dict(config)).state_dict().items()}
    weights = {}
    for name, shape in shapes.items():
        noise = torch.randn(shape, generator=random)
        weights[name] = 1 + 0.3 * noise if "norm" in name else 0.5 * noise if "embed" in name else 1.5 / math.sqrt(shape[1]) * noise
    del weights["lm_head.weight"]
    save_file({name: tensor.bfloat16() for name, tensor in weights.items()}, folder / "model.safetensors", {"format": "pt"})


def common(lists):
    least = min(lists)
    return next((i for i, (a, b) in enumerate(zip(least, max(lists))) if a != b), len(least))


def score(model, given, added):
    logits = model(torch.tensor([given + added])).logits[0, len(given) - 1:-1]
    return logits.double().log_softmax(-1)[range(len(added)), added].sum().item()


def shares(logs):
    weights = [math.exp(log - max(logs)) for log in logs]
    return [weight / sum(weights) for weight in weights]


def harness(tokenizer, model, prompt, labels):
    """lm-evaluation-harness's _encode_pair, and whether its tokens are those of a text."""
    context = prompt.rstrip(" ")
    given = tokenizer(context).input_ids
    whole = [tokenizer(context + prompt[len(context):] + label).input_ids for label in labels]
    if any(ids[:len(given)] != given or len(ids) == len(given) for ids in whole):
        return None
    return shares([score(model, given, ids[len(given):]) for ids in whole])


def case(name, tokenizer, model, prompt, labels):
    whole = [tokenizer(prompt + label).input_ids for label in labels]
    stay = common(whole + [tokenizer(prompt).input_ids])
    if stay == 0:
        return None
    found = shares([score(model, ids[:stay], ids[stay:]) for ids in whole])
    theirs = harness(tokenizer, model, prompt, labels)
    assert theirs is None or max(abs(a - b) for a, b in zip(found, theirs)) < 1e-5, (prompt, labels, found, theirs)
    alone = [tokenizer(label, add_special_tokens=False).input_ids for label in labels]
    joint = stay < len(tokenizer(prompt).input_ids) or [ids[stay:] for ids in whole] != alone
    return {
        "tokenizer": name, "prompt": prompt, "labels": labels, "joint": joint, "harness": theirs is not None,
        "probabilities": [round(share, 8) for share in found],
    }


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    for name, vocabulary in KINDS.items():
        make(name, vocabulary)
    cases = []
    for name, folder in ({name: HERE / name for name in KINDS} | {"smollm2": pathlib.Path(sys.argv[1])}).items():
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        prompts = [beginning + end for beginning in BEGINNINGS for end in ENDS]
        every = [(prompt, labels) for i, prompt in enumerate(prompts) for j, labels in enumerate(LABELS) if (i + j) % 3 == 0]
        found = [case(name, tokenizer, model, prompt, labels) for prompt, labels in every]
        found = [each for each in found if each]
        cases += found
        print(f"{name}: {len(found)} cases, {sum(each['joint'] for each in found)} unlike labels by themselves, "
              f"{sum(each['harness'] for each in found)} compared with lm-evaluation-harness's way")
    (HERE / "expected.json").write_text("[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
