#!/usr/bin/env python3
"""Makes the reference numbers of this directory from the real SmolLM2-135M-Instruct and the prompts in prompts.json.

usage: make.py MODEL [greedy] [choices] [reviews] [bf16]    MODEL is the model's folder; without further words, all files
       make.py MODEL adapter FOLDER               make adapter.json, with the adapter in FOLDER; needs peft, too
       make.py MODEL check                        compare greedy.json and choices.json with another computation of the same

greedy.json   the greedy continuation of every prompt, end of text ignored
choices.json  how likely each label is after each prompt
reviews.json  by how much " positive" is likelier than " negative" after each sentence of data-samples/reviews.jsonl
adapter.json  the same with an adapter of adapter.py's merged into the weights by PEFT, for a few of them
bf16.json     logits after each of greedy.json's prompts, and how far bfloat16 is from them

Needs torch and transformers. All is computed one prompt at a time, in float32 except where bf16.json says otherwise.
"""
import copy, json, math, pathlib, sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).resolve().parent
NEW_IDS = 48
MARGIN = 1e-3  # between the best and the second best, so that rounding cannot change what is best
EVERY_LOGIT = 192  # of which bf16.json takes one
ADAPTED = 8  # prompts of adapter.json
EXAMPLES = 8  # sentences that reviews.json's prompts begin with
REVIEWS = HERE.parents[2] / "data-samples/reviews.jsonl"


def load(model, dtype, attention="sdpa"):
    return AutoModelForCausalLM.from_pretrained(model, dtype=dtype, attn_implementation=attention).eval()


def write(name, cases, **more):
    lines = ["[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]"]
    if more:
        head = json.dumps(more)[1:-1].replace(', "', ',\n"')
        lines = ["{\n" + head + ',\n"cases": ' + lines[0] + "\n}"]
    (HERE / name).write_text(lines[0] + "\n", encoding="utf-8")


def encoded(tokenizer, prompt):
    if isinstance(prompt, str):
        return {"text": prompt, "ids": tokenizer(prompt).input_ids}
    text = tokenizer.apply_chat_template(prompt, tokenize=False, add_generation_prompt=True)
    return {"messages": prompt, "text": text, "ids": tokenizer(text, add_special_tokens=False).input_ids}


def greedy(model, ids):
    """The next ids and the smallest margin on the way. generate() cannot do this: min_new_tokens takes the end of text's logit away."""
    output = model(torch.tensor([ids]), use_cache=True)
    new, margin = [], math.inf
    while True:
        best = output.logits[0, -1].topk(2)
        new.append(best.indices[0].item())
        margin = min(margin, (best.values[0] - best.values[1]).item())
        if len(new) == NEW_IDS:
            return new, margin
        output = model(torch.tensor([new[-1:]]), past_key_values=output.past_key_values, use_cache=True)


def make_greedy(model, tokenizer, prompts):
    cases = []
    for prompt in prompts:
        case = encoded(tokenizer, prompt)
        new, margin = greedy(model, case["ids"])
        if margin < MARGIN:
            print(f"too close, {margin:.1e}; change this prompt: {prompt}")
        cases.append(case | {"greedy": new, "min_margin": round(margin, 6)})
    write("greedy.json", cases)
    lengths = [len(case["ids"]) for case in cases]
    ended = sum(tokenizer.eos_token_id in case["greedy"] for case in cases)
    print(f"greedy: {len(cases)} prompts of {min(lengths)} to {max(lengths)} tokens, {ended} pass an end of text, "
          f"margin {min(case['min_margin'] for case in cases)}")


def score(model, prompt, label):
    logits = model(torch.tensor([prompt + label])).logits[0, len(prompt) - 1:-1]
    return logits.log_softmax(-1)[range(len(label)), label].sum().item()


def make_choices(model, tokenizer, tasks):
    cases, margins = [], []
    for task in tasks:
        labels = {label: tokenizer(label, add_special_tokens=False).input_ids for label in task["labels"]}
        for text in task["inputs"]:
            prompt = task["before"] + text + task["after"]
            ids = tokenizer(prompt).input_ids
            scores = {label: score(model, ids, label_ids) for label, label_ids in labels.items()}
            best, second = sorted(scores.values(), reverse=True)[:2]
            if best - second < MARGIN:
                print(f"too close, {best - second:.1e}; change this input: {text}")
            margins.append(best - second)
            cases.append({
                "text": prompt, "ids": ids, "best": max(scores, key=scores.get),
                "choices": [{"label": x, "ids": labels[x], "score": round(scores[x], 6)} for x in labels],
            })
    write("choices.json", cases)
    print(f"choices: {len(cases)} prompts, margin {min(margins):.4f}")


def make_reviews(model, tokenizer):
    def encode(text):
        return tokenizer(text, add_special_tokens=False).input_ids

    def asked(row):
        return f"Review: {row['text']}\nSentiment:"

    rows = [json.loads(line) for line in REVIEWS.read_text(encoding="utf-8").splitlines()]
    examples = "".join(f"{asked(row)} {row['human_label']}\n\n" for row in rows[:EXAMPLES])
    shared = encode(examples + "Review:")
    before = model(torch.tensor([shared]), use_cache=True).past_key_values
    (positive,), (negative,) = encode(" positive"), encode(" negative")
    margins = []
    for row in rows:
        ids = encode(examples + asked(row))
        assert ids[:len(shared)] == shared, row
        rest = torch.tensor([ids[len(shared):]])
        logits = model(rest, past_key_values=copy.deepcopy(before), logits_to_keep=1).logits[0, -1].log_softmax(-1)
        margins.append(round((logits[positive] - logits[negative]).item(), 5))
    write("reviews.json", margins)
    right = sum((margin > 0) == (row["human_label"] == "positive") for margin, row in zip(margins, rows))
    print(f"reviews: {len(rows)} sentences, {right} right, {sum(abs(x) < MARGIN for x in margins)} closer than {MARGIN}")


def make_bf16(model, folder):
    half = load(folder, torch.bfloat16)
    prompts = json.loads((HERE / "greedy.json").read_text(encoding="utf-8"))
    positions = list(range(0, model.config.vocab_size, EVERY_LOGIT))
    cases, whole, same = [], [], 0
    for at, prompt in enumerate(prompts):
        ids = torch.tensor([prompt["ids"]])
        exact, rough = model(ids).logits[0, -1], half(ids).logits[0, -1].float()
        difference = (exact - rough).abs()
        whole.append(difference.mean().item())
        same += (exact.argmax() == rough.argmax()).item()
        cases.append({
            "prompt": at, "mean_abs_difference": round(difference[positions].mean().item(), 6),
            "logits": [round(x, 5) for x in exact[positions].tolist()],
        })
    mean = sum(case["mean_abs_difference"] for case in cases) / len(cases)
    everywhere = sum(whole) / len(whole)
    write("bf16.json", cases, mean_abs_difference=round(mean, 6), mean_abs_difference_of_all_logits=round(everywhere, 6), positions=positions)
    print(f"bf16: {len(cases)} prompts, mean absolute difference {mean:.5f}, of all logits {everywhere:.5f}, same best {same}")


def make_adapter(model, folder):
    from peft import PeftModel

    prompts = json.loads((HERE / "greedy.json").read_text(encoding="utf-8"))
    merged = PeftModel.from_pretrained(model, folder).merge_and_unload()
    cases, others = [], 0
    for prompt in prompts:
        if len(cases) == ADAPTED:
            break
        new, margin = greedy(merged, prompt["ids"])
        if margin >= MARGIN:
            cases.append({"ids": prompt["ids"], "greedy": new, "min_margin": round(margin, 6)})
            others += new != prompt["greedy"]
    assert 2 * others > len(cases) == ADAPTED, (others, len(cases))
    write("adapter.json", cases)
    print(f"adapter: {len(cases)} prompts, {others} go on otherwise than without, margin {min(case['min_margin'] for case in cases)}")


def check(folder):
    """Each continuation at once, without a cache, by the other implementation of attention."""
    model = load(folder, torch.float32, "eager")
    far = 0
    for case in json.loads((HERE / "greedy.json").read_text(encoding="utf-8")):
        best = model(torch.tensor([case["ids"] + case["greedy"]])).logits[0, len(case["ids"]) - 1:-1].topk(2)
        assert best.indices[:, 0].tolist() == case["greedy"], case["text"]
        margin = (best.values[:, 0] - best.values[:, 1]).min().item()
        far = max(far, abs(margin - case["min_margin"]))
    print(f"check: the same ids, margins within {far:.1e}")
    far = 0
    for case in json.loads((HERE / "choices.json").read_text(encoding="utf-8")):
        for choice in case["choices"]:
            far = max(far, abs(score(model, case["ids"], choice["ids"]) - choice["score"]))
    print(f"check: scores within {far:.1e}")


def main():
    if len(sys.argv) == 4 and sys.argv[2] == "adapter":
        torch.set_grad_enabled(False)
        return make_adapter(load(sys.argv[1], torch.float32), sys.argv[3])
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= {"greedy", "choices", "reviews", "bf16", "check"}:
        sys.exit(__doc__)
    folder, files = sys.argv[1], sys.argv[2:] or ["greedy", "choices", "reviews", "bf16"]
    torch.set_grad_enabled(False)
    if files == ["check"]:
        return check(folder)
    prompts = json.loads((HERE / "prompts.json").read_text(encoding="utf-8"))
    tokenizer, model = AutoTokenizer.from_pretrained(folder), load(folder, torch.float32)
    if "greedy" in files:
        make_greedy(model, tokenizer, prompts["greedy"])
    if "choices" in files:
        make_choices(model, tokenizer, prompts["choices"])
    if "reviews" in files:
        make_reviews(model, tokenizer)
    if "bf16" in files:
        make_bf16(model, folder)


if __name__ == "__main__":
    main()
