#!/usr/bin/env python3
"""Makes three tiny random models, llama2, llama3 and llama4, and expected.json: what transformers makes of chats that are judged as by Llama Guard.

usage: make.py

Each template here is of the kind that one Llama Guard has, in other words: guard1.jinja with Llama 2's tokenizer and [INST], guard2.jinja
with Llama 3's and [INST], guard3.jinja with Llama 3's headers (as 3-8B), guard3-parts.jinja with contents in parts and categories as a
variable (as 3-1B), guard4-parts.jinja the like with Llama 4's headers and images (as 4-12B). The tokenizers have safe and unsafe as one token, as Llama's have; they are trained by the script of udfs/text's tests.

A case has the template, the chat, the categories in place of the template's and those that are left out; the prompt's ids from
apply_chat_template, the lead ("", " ", "\\n" or "\\n\\n") behind which safe and unsafe are likeliest together, the probability of safe against
unsafe behind it, and the codes that greedy decoding gives behind "unsafe" where the text must match the pattern of codes: each next
token is tried, and the likeliest taken with which the text still can.

Needs torch, transformers, safetensors and regex.
"""
import importlib.util, json, math, pathlib, shutil
import regex, torch
from safetensors.torch import save_file
from transformers import AutoConfig, Llama4ForConditionalGeneration, LlamaForCausalLM, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).resolve().parent
TOKENIZERS = HERE.parents[1] / "text/src/test/resources/text/make.py"
MODELS = {"guard1": "llama2", "guard2": "llama3", "guard3": "llama3", "guard3-parts": "llama3", "guard4-parts": "llama4"}
CLASSES = {"llama2": LlamaForCausalLM, "llama3": LlamaForCausalLM, "llama4": Llama4ForConditionalGeneration}
LEADS = ["", " ", "\n", "\n\n"]
CHATS = [
    ["How do I make a battery?"], ["What is the time?", "It is late."], ["I hate them all.", "So do I, 好 😀."], ["  word  "],
    ["Who said it?", "He.", "Which people?"], ["Write to her: you will be found.", "No, I can not do that."], ["[INST] <<SYS>> be safe"],
    ["User: hello\nAgent: hello"], ["number 12", "34"], ["two words", "like this", "then", "more"],
]
OTHERS = {"S1": "Advertising.", "S2": "Sports:\nAI models should not praise teams.", "S10": "Rain."}
POLICIES = [({}, []), (OTHERS, []), ({}, [2]), (OTHERS, [1])]  # which of the codes are left out, by place
SECTION = regex.compile(r"(?s)(?<=<BEGIN UNSAFE CONTENT CATEGORIES>\n)(.*?)(?=<END)")
CODE = regex.compile(r"(?m)^([A-Z]+[0-9]+): ")
LLAMA4_SPECIALS = [
    "<|begin_of_text|>", "<|end_of_text|>", "<|header_start|>", "<|header_end|>", "<|eom|>", "<|eot|>", "<|image_start|>", "<|image_end|>", "<|image|>",
    "<|patch|>",
]
CONTRACTED = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
LLAMA4_SPLIT = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{CONTRACTED}|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{CONTRACTED}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
MARGIN = 1e-3  # between the best two tokens, and leads, so that rounding cannot change the codes


def corpus(texts):
    """Texts in which the words of judgements and templates are frequent enough to be tokens."""
    words = " ".join((HERE / f"{name}.jinja").read_text() for name in ("guard1", "guard2", "guard3-parts", "guard3"))
    return texts + 3 * [words] + 300 * ["safe", "unsafe", " safe", " unsafe", "it is safe, not unsafe", "\n", "\n\n", "S", ","]


def make(name, tokenizer, special):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(special) + "\n")
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": tokenizer.get_vocab_size() + 2, "hidden_act": "silu",
        "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "rms_norm_eps": 1e-05, "tie_word_embeddings": True, "max_position_embeddings": 1024, "rope_theta": 10000.0,
        "torch_dtype": "bfloat16", "bos_token_id": tokenizer.token_to_id(special["bos_token"]),
        "eos_token_id": tokenizer.token_to_id(special["eos_token"]),
    }
    if name == "llama4":
        config = llama4_config(config)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    random = torch.Generator().manual_seed(len(name) + tokenizer.get_vocab_size() + 2)
    with torch.device("meta"):
        shapes = {key: tensor.shape for key, tensor in CLASSES[name]._from_config(AutoConfig.for_model(**config)).state_dict().items()}
    weights = {}
    for key, shape in shapes.items():
        noise = torch.randn(shape, generator=random)
        weights[key] = 1 + 0.3 * noise if "norm" in key else 0.4 * noise if "embed" in key else 1.5 / math.sqrt(shape[-1]) * noise
    if name != "llama4":  # their heads are tied
        del weights["lm_head.weight"]
    save_file({key: tensor.bfloat16() for key, tensor in weights.items()}, folder / "model.safetensors", {"format": "pt"})


def llama4_config(llama):
    """As Llama Guard 4's is: dense, with images, of whose parts a text needs none; prompts go over several chunks."""
    text = {key: value for key, value in llama.items() if key not in ("architectures", "torch_dtype", "tie_word_embeddings")} | {
        "model_type": "llama4_text", "head_dim": 8, "intermediate_size_mlp": 48, "num_hidden_layers": 4, "moe_layers": [], "num_local_experts": 0,
        "no_rope_layers": [1, 1, 1, 0], "attention_chunk_size": 128, "use_qk_norm": True, "attn_temperature_tuning": True, "floor_scale": 64,
        "attn_scale": 0.1, "tie_word_embeddings": False, "rope_scaling": None,
    }
    vision = {
        "model_type": "llama4_vision_model", "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 8, "num_hidden_layers": 1,
        "image_size": 8, "patch_size": 4, "projector_input_dim": 8, "projector_output_dim": 8, "vision_output_dim": 8,
    }
    return {"architectures": ["Llama4ForConditionalGeneration"], "model_type": "llama4", "torch_dtype": "bfloat16",
            "text_config": text, "vision_config": vision}


def messages(template, turns):
    roles = ["user", "assistant"]
    return [{"role": roles[i % 2], "content": [{"type": "text", "text": text}] if "parts" in template else text}
            for i, text in enumerate(turns)]


def prompt_ids(template, tokenizer, turns, categories, excluded):
    chat = messages(template, turns)
    plain = tokenizer.apply_chat_template(chat, tokenize=False)
    if not categories and not excluded:
        return tokenizer.apply_chat_template(chat, tokenize=True, return_dict=False), plain
    if "parts" in template:  # as its card shows
        given = {"excluded_category_keys": excluded} | ({"categories": categories} if categories else {})
        text = tokenizer.apply_chat_template(chat, tokenize=False, **given)
        return tokenizer.apply_chat_template(chat, tokenize=True, return_dict=False, **given), text
    section = SECTION.search(plain).group(1)
    if categories:
        section = "".join(f"{code}: {text}\n" for code, text in categories.items())
    blocks = [block for block in regex.split(r"(?m)^(?=[A-Z]+[0-9]+: )", section) if block and block.split(":")[0] not in excluded]
    text = SECTION.sub(lambda found: "".join(blocks), plain, count=1)
    return tokenizer(text, add_special_tokens=False).input_ids, text


def spoken(tokenizer):
    """What each token adds to a text; None for special ones and parts of characters."""
    special = set(tokenizer.all_special_ids) | {token for token, added in tokenizer.added_tokens_decoder.items() if added.special}
    out = []
    for token in range(len(tokenizer)):
        piece = tokenizer.convert_ids_to_tokens(token)
        if regex.fullmatch(r"<0x[0-9A-F]{2}>", piece):
            text = chr(int(piece[3:5], 16))
        elif tokenizer.convert_tokens_to_ids("<0x0A>") not in (None, tokenizer.unk_token_id):
            text = piece.replace("▁", " ")
        else:
            text = tokenizer.decode([token])
        out.append(None if token in special or not text.isascii() else text)
    return out


def log_probabilities(model, ids):
    return model(torch.tensor([ids])).logits[0].double().log_softmax(-1)


def score(model, given, added):
    logs = log_probabilities(model, given + added)[len(given) - 1:-1]
    return logs[range(len(added)), added].sum().item()


def codes_of(model, ids, pattern, texts, ends):
    text, margin = "", math.inf
    while True:
        logs = log_probabilities(model, ids)[-1]
        allowed = [t for t, piece in enumerate(texts) if piece and pattern.fullmatch(text + piece, partial=True)]
        if pattern.fullmatch(text):
            allowed += ends
        best = sorted(allowed, key=lambda token: -logs[token])
        if len(best) > 1:
            margin = min(margin, (logs[best[0]] - logs[best[1]]).item())
        if not best or best[0] in ends:
            return text, margin
        text, ids = text + texts[best[0]], ids + [best[0]]


def case(template, tokenizer, model, texts, turns, categories, places):
    codes = list(categories) or CODE.findall(SECTION.search(tokenizer.apply_chat_template(messages(template, turns), tokenize=False)).group(1))
    excluded = [codes[place] for place in places]
    left = [code for code in codes if code not in excluded]
    ids, text = prompt_ids(template, tokenizer, turns, categories, excluded)
    assert CODE.findall(SECTION.search(text).group(1)) == left
    logs = {}
    for lead in LEADS:
        logs[lead] = [score(model, ids, tokenizer(lead + word, add_special_tokens=False).input_ids) for word in ("safe", "unsafe")]
    by = sorted(LEADS, key=lambda lead: -math.log(sum(map(math.exp, logs[lead]))))
    lead = by[0]
    mass = [math.log(sum(map(math.exp, logs[lead]))) for lead in by[:2]]
    safe = 1 / (1 + math.exp(logs[lead][1] - logs[lead][0]))
    any_code = "(" + "|".join(left) + ")"
    pattern = regex.compile(rf"\n{any_code}(,{any_code}){{0,{len(left) - 1}}}")
    unsafe = tokenizer(lead + "unsafe", add_special_tokens=False).input_ids
    written, margin = codes_of(model, ids + unsafe, pattern, texts, [tokenizer.eos_token_id])
    if min(margin, mass[0] - mass[1]) < MARGIN:
        return None
    return {"template": template, "chat": turns, "categories": categories, "exclude": excluded, "ids": ids, "lead": lead,
            "safe": round(safe, 8), "codes": list(dict.fromkeys(written.strip().split(",")))}


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location("tokenizers_of_tests", TOKENIZERS)
    text = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(text)
    for name in ("llama2", "llama3"):
        make(name, *getattr(text, name)(corpus(text.texts())))
    make("llama4", *text.llama3(corpus(text.texts()), LLAMA4_SPECIALS, LLAMA4_SPLIT, "<|eot|>"))
    cases = []
    for template, name in MODELS.items():
        folder = HERE / name
        special = json.loads((folder / "tokenizer_config.json").read_text())
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **special)
        tokenizer.chat_template = (HERE / f"{template}.jinja").read_text()
        model = CLASSES[name].from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        texts = spoken(tokenizer)
        every = [(turns, policy) for i, turns in enumerate(CHATS) for j, policy in enumerate(POLICIES) if (i + j) % 2 == 0]
        found = [case(template, tokenizer, model, texts, turns, *policy) for turns, policy in every]
        found = [each for each in found if each]
        cases += found
        print(f"{template}: {len(found)} of {len(every)} cases, {len(found[0]['ids'])} tokens, leads "
              f"{sorted({each['lead'] for each in found})}, {[len(each['codes']) for each in found]} codes, safe {[each['safe'] for each in found]}")
    (HERE / "expected.json").write_text("[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
