#!/usr/bin/env python3
"""Makes expected.json: what transformers' own processors leave of the probabilities after a prompt.

usage: make.py    (needs torch and transformers; the model is ../tiny-random/llama3-grouped)
"""
import json, pathlib

import torch
from transformers import AutoModelForCausalLM, LogitsProcessorList
from transformers.generation import logits_process as processors

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parent / "tiny-random" / "llama3-grouped"
PROMPTS = 3
SETTINGS = [
    {"temperature": 1.5},
    {"temperature": 1.3, "top_k": 10},
    {"temperature": 1.0, "top_p": 0.8},
    {"temperature": 1.0, "top_k": 20, "top_p": 0.7},
    {"temperature": 1.5, "min_p": 0.02},
    {"temperature": 1.0, "repetition_penalty": 1.3},
    {"temperature": 1.2, "repetition_penalty": 0.8, "top_p": 0.5},
    {"temperature": 0.9, "repetition_penalty": 1.2, "top_k": 30, "top_p": 0.95, "min_p": 0.05},
]


def chain(settings):
    """In the order of transformers' generate."""
    out = LogitsProcessorList()
    if "repetition_penalty" in settings:
        out.append(processors.RepetitionPenaltyLogitsProcessor(settings["repetition_penalty"]))
    out.append(processors.TemperatureLogitsWarper(settings["temperature"]))
    if "top_k" in settings:
        out.append(processors.TopKLogitsWarper(settings["top_k"]))
    if "top_p" in settings:
        out.append(processors.TopPLogitsWarper(settings["top_p"]))
    if "min_p" in settings:
        out.append(processors.MinPLogitsWarper(settings["min_p"]))
    return out


def main():
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32).eval()
    prompts = [case["ids"] for case in json.loads((MODEL / "expected.json").read_text()) if len(case["ids"]) > 6]
    cases = []
    for ids in prompts[:PROMPTS]:
        tokens = torch.tensor([ids])
        with torch.no_grad():
            logits = model(tokens).logits[:, -1].double()
        for settings in SETTINGS:
            left = chain(settings)(tokens, logits.clone()).softmax(-1)[0]
            cases.append({"ids": ids, **settings, "probabilities": [round(p, 9) for p in left.tolist()]})
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / "expected.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
