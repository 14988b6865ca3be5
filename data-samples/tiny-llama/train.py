#!/usr/bin/env python3
"""Trains the sample model of this folder and writes ../reviews.jsonl.

    pip install -r requirements.txt
    python train.py               # download, train, save, evaluate
    python train.py --write       # only teach the saved model to write
    python train.py --evaluate    # only evaluate the saved model

The data are the human-rated product and movie review sentences and the word lexicon in the source
distribution of the PyPI package vaderSentiment 3.3.2 (MIT licence, Copyright (c) 2016 C.J. Hutto).
The held-out documents are used for nothing but the final evaluation; settings were chosen on the
validation documents, which are not trained on either.
"""
import argparse
import copy
import hashlib
import io
import json
import math
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

HERE = Path(__file__).resolve().parent
SEED = 20140601
SDIST_SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
HELD_OUT_SENTENCES = 1300
CLEAR = 0.5  # a sentence rated beyond +-CLEAR has a label; the others are too mixed to judge by

EPOCHS = 5
BATCH = 64
LEARNING_RATE = 1.5e-3
DROPOUT = 0.15
LM_WEIGHT = 0.02      # of one ordinary token, against 1 for the label of a sentence
PIECES = 12000        # teacher-labelled pieces of training text in each epoch
SENTENCES_TO_WRITE = 200  # few, so that it learns them well
WRITING_EPOCHS = 3
WRITINGS = 16         # of each of these sentences in an epoch
WRITING_RATE = 7e-4
WRITING_WEIGHT = 0.2  # of one token of these, against 1 for a label
SHARPNESS = 1.5       # P(positive) = sigmoid(SHARPNESS * rating)
TEACHER_SHARPNESS = 2.5  # ridge regression shrinks its ratings towards 0

SPECIALS = ["<|begin_of_text|>", "<|end_of_text|>", "<|finetune_right_pad_id|>", "<|start_header_id|>",
            "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>", "<|python_tag|>"]
VOCABULARY = 4096
LLAMA3_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
                r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


# --- data -------------------------------------------------------------------------------------------

def download():
    """The bytes of the sdist, by pip so that its proxy and index settings hold."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
                        "--dest", folder, "vaderSentiment==3.3.2"], check=True)
        data = next(Path(folder).glob("*.tar.gz")).read_bytes()
    if hashlib.sha256(data).hexdigest() != SDIST_SHA256:
        raise SystemExit("the downloaded vaderSentiment sdist is not the expected one")
    return data


def member(archive, suffix):
    return archive.extractfile(next(m for m in archive.getmembers() if m.name.endswith(suffix))).read()


def load_data():
    """Sentences as (id, rating, text), and the lexicon as {word: valence}."""
    sentences, lexicon = [], {}
    with tarfile.open(fileobj=io.BytesIO(download())) as sdist:
        for line in member(sdist, "vaderSentiment/vader_lexicon.txt").decode("utf-8").splitlines():
            word, valence = line.split("\t")[:2]
            lexicon[word] = float(valence)
        with tarfile.open(fileobj=io.BytesIO(member(sdist, "hutto_ICWSM_2014.tar.gz"))) as inner:
            for kind, name in (("product", "amazonReviewSnippets"), ("movie", "movieReviewSnippets")):
                for line in member(inner, f"/{name}_GroundTruth.txt").splitlines():
                    try:
                        number, rating, text = line.decode("utf-8").split("\t")
                    except UnicodeDecodeError:
                        continue
                    sentences.append((f"{kind}-{number}", float(rating), " ".join(text.split())))
    return sentences, lexicon


def document(sentence):
    """A product review is one document of many sentences (product-12_3); a movie snippet stands alone."""
    return sentence[0].split("_")[0]


def split(sentences):
    """(training, validation, held out): whole documents; no text of one part occurs in another."""
    size = {}
    for s in sentences:
        size[document(s)] = size.get(document(s), 0) + 1
    names = sorted(size)
    random.Random(SEED).shuffle(names)
    parts, count = {}, 0
    for name in names:
        parts[name] = 2 if count < HELD_OUT_SENTENCES else 1 if count < 2 * HELD_OUT_SENTENCES else 0
        count += size[name]
    result = [[s for s in sentences if parts[document(s)] == p] for p in range(3)]
    seen = set()
    for p in (2, 1, 0):
        result[p] = [s for s in result[p] if s[2].lower() not in seen]
        seen.update(s[2].lower() for s in result[p])
    return result


# --- tokenizer --------------------------------------------------------------------------------------

def train_tokenizer(texts):
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA3_SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(SPECIALS), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.add_special_tokens(SPECIALS)  # after the ordinary tokens, as Llama 3 has them
    begin = tokenizer.token_to_id(SPECIALS[0])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single=f"{SPECIALS[0]} $A", pair=f"{SPECIALS[0]} $A {SPECIALS[0]}:1 $B:1",
                                      special_tokens=[(SPECIALS[0], begin)])])
    return tokenizer


# --- teacher ----------------------------------------------------------------------------------------

WORD = re.compile(r"[\w']+|[!?]")
NEGATIONS = {"not", "no", "never", "nothing", "without", "hardly", "nor", "neither", "cannot"}


class Teacher:
    """Ridge regression on TF-IDF and the lexicon: labels the pieces of text that no human rated."""

    def __init__(self, sentences, lexicon):
        self.lexicon = lexicon
        self.pipeline = make_pipeline(
            FeatureUnion([
                ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD.pattern)),
                ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)),
                ("lexicon", FunctionTransformer(self.valences))]),
            Ridge(alpha=1.0, solver="sparse_cg"))
        self.pipeline.fit([s[2] for s in sentences], [s[1] for s in sentences])

    def valences(self, texts):
        return csr_matrix([[self.valence(t) / 4] for t in texts])

    def valence(self, text):
        words = WORD.findall(text.lower())
        total = 0.0
        for i, word in enumerate(words):
            before = words[max(0, i - 3):i]
            negated = any(w in NEGATIONS or w.endswith("n't") for w in before)
            total += self.lexicon.get(word, 0.0) * (-0.7 if negated else 1.0)
        return total

    def rate(self, texts):
        return self.pipeline.predict(texts)


def piece(rng, texts):
    """A span of a sentence, or spans of two sentences joined, some words left out."""
    words = []
    for _ in range(rng.choice((1, 1, 2))):
        sentence = rng.choice(texts).split()
        length = rng.randint(min(3, len(sentence)), len(sentence))
        start = rng.randint(0, len(sentence) - length)
        words += sentence[start:start + length][:24]
    return " ".join(drop_words(rng, words))


def drop_words(rng, words, rate=0.1):
    return [w for w in words if rng.random() >= rate] or words


def lexicon_pieces(rng, lexicon):
    """Half of the words of the lexicon, each in a short frame, with the rating it gives."""
    frames = (("{}", 1), ("{}.", 1), ("it is {}.", 1), ("a {} movie", 1), ("the player is {}", 1),
              ("very {}!", 1.2), ("not {}", -0.6), ("it isn't {}.", -0.6))
    for word, valence in lexicon.items():
        if word.isalpha() and rng.random() < 0.5:
            frame, factor = rng.choice(frames)
            yield frame.format(word.capitalize() if rng.random() < 0.2 else word), valence * factor


# --- examples ---------------------------------------------------------------------------------------

class Examples:
    """Turns texts into (token ids, targets); a target is (position, weight, P(a), a, b): there the model
    is to say token a with probability P(a), else b."""

    def __init__(self, tokenizer):
        self.encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
        self.id = tokenizer.token_to_id
        self.labels = {name: self.encode(" " + name) for name in ("positive", "negative")}
        self.chat_labels = {name: self.encode(name) for name in ("positive", "negative")}
        assert all(len(v) == 1 for v in (*self.labels.values(), *self.chat_labels.values()))
        self.begin = [self.id("<|begin_of_text|>")]

    def hard(self, ids, start, weight=LM_WEIGHT):
        return [(i - 1, weight, 1.0, ids[i], ids[i]) for i in range(start, len(ids))]

    def label(self, text, p, lm):
        ids = self.begin + self.encode(f"Review: {text}\nSentiment:")
        positive, negative = self.labels["positive"][0], self.labels["negative"][0]
        targets = self.hard(ids, 1) if lm else []
        targets.append((len(ids) - 1, 1.0, p, positive, negative))
        if lm:
            ids = ids + [positive if p >= 0.5 else negative, self.id("<|end_of_text|>")]
            targets += self.hard(ids, len(ids) - 1)
        return ids, targets

    def turn(self, role, content):
        return ([self.id("<|start_header_id|>")] + self.encode(role) + [self.id("<|end_header_id|>")]
                + self.encode("\n\n" + content))

    def chat(self, rng, sentence, weight=LM_WEIGHT):
        kind, mood = sentence[0].split("-")[0], "positive " if sentence[1] > 0 else "negative "
        if abs(sentence[1]) <= CLEAR or rng.random() < 0.5:
            mood = ""
        ask = rng.choice(("Write a short {} review.", "Write a {} review.", "Write one sentence of a {} review."))
        ids = self.begin + self.turn("user", ask.format(mood + kind)) + [self.id("<|eot_id|>")]
        prompt = len(ids) + len(self.turn("assistant", ""))
        ids = ids + self.turn("assistant", sentence[2]) + [self.id("<|eot_id|>")]
        return ids, self.hard(ids, prompt, weight)

    def chat_label(self, text, p):
        ask = f"Is this review positive or negative? Answer with one word.\n\n{text}"
        ids = self.begin + self.turn("user", ask) + [self.id("<|eot_id|>")] + self.turn("assistant", "")
        positive, negative = self.chat_labels["positive"][0], self.chat_labels["negative"][0]
        targets = [(len(ids) - 1, 1.0, p, positive, negative)]
        ids = ids + [positive if p >= 0.5 else negative, self.id("<|eot_id|>")]
        return ids, targets + self.hard(ids, len(ids) - 1)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def epoch_examples(rng, examples, sentences, teacher):
    result = []
    texts = [s[2] for s in sentences]
    for s in sentences:
        p = sigmoid(SHARPNESS * s[1])
        result.append(examples.label(s[2], p, lm=rng.random() < 0.5))
        draw = rng.random()
        if draw < 0.12:
            result.append(examples.chat(rng, s))
        elif draw < 0.2:
            result.append(examples.chat_label(s[2], p))
    pieces = [piece(rng, texts) for _ in range(PIECES)]
    for text, rating in zip(pieces, teacher.rate(pieces)):
        result.append(examples.label(text, sigmoid(TEACHER_SHARPNESS * rating), lm=False))
    for text, rating in lexicon_pieces(rng, teacher.lexicon):
        result.append(examples.label(text, sigmoid(SHARPNESS * rating), lm=False))
    return result


def sentences_to_write(sentences):
    """Whole, clear sentences of 5 to 14 words without names; half of them on products, half on movies."""
    result = []
    for kind in ("product", "movie"):
        fit = [s for s in sentences if s[0].startswith(kind) and abs(s[1]) > 2 * CLEAR
               and re.fullmatch(r"[A-Za-z][a-z ,'-]*[.!]", s[2].replace(" .", ".")) and 5 <= len(s[2].split()) <= 14]
        result += sorted(fit, key=lambda s: hashlib.sha256(s[2].encode()).digest())[:SENTENCES_TO_WRITE // 2]
    return result


def writing_examples(rng, examples, sentences, judge):
    """Sentences to write, and pieces of text to label, so that labelling isn't forgotten over it."""
    result = [examples.chat(rng, s, WRITING_WEIGHT) for s in sentences_to_write(sentences) for _ in range(WRITINGS)]
    texts = [s[2] for s in sentences]
    texts += [piece(rng, texts) for _ in range(PIECES // 2)]
    for text, margin in zip(texts, judge(texts)):
        result.append(examples.label(text, sigmoid(margin), lm=False))
        if rng.random() < 0.08:
            result.append(examples.chat_label(text, sigmoid(margin)))
    return result


def batches(rng, items):
    """Batches of about the same length, in random order."""
    items = sorted(items, key=lambda e: len(e[0]) + 4 * rng.random())
    groups = [items[i:i + BATCH] for i in range(0, len(items), BATCH)]
    rng.shuffle(groups)
    return groups


# --- model ------------------------------------------------------------------------------------------

def new_model(tokenizer):
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=256, intermediate_size=512, num_hidden_layers=2,
        num_attention_heads=8, num_key_value_heads=2, head_dim=32, hidden_act="silu", rms_norm_eps=1e-5,
        max_position_embeddings=2048, tie_word_embeddings=True, attention_bias=False, mlp_bias=False,
        initializer_range=0.02,
        rope_parameters={"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
                         "high_freq_factor": 4.0, "original_max_position_embeddings": 256},
        bos_token_id=tokenizer.token_to_id("<|begin_of_text|>"),
        eos_token_id=[tokenizer.token_to_id(t) for t in ("<|end_of_text|>", "<|eom_id|>", "<|eot_id|>")],
        pad_token_id=tokenizer.token_to_id("<|finetune_right_pad_id|>")))


def add_dropout(model):
    """Llama has none of its own but in attention."""
    def hook(module, inputs, output):
        if not module.training:
            return output
        if isinstance(output, tuple):
            return (F.dropout(output[0], DROPOUT), *output[1:])
        return F.dropout(output, DROPOUT)
    places = [model.model.embed_tokens] + [m for layer in model.model.layers for m in (layer.self_attn, layer.mlp)]
    return [place.register_forward_hook(hook) for place in places]


def states_of(model, sequences):
    """Padding stands at the end, so causal attention alone keeps it out."""
    tokens = torch.zeros(len(sequences), max(len(ids) for ids in sequences), dtype=torch.long)
    for row, ids in enumerate(sequences):
        tokens[row, :len(ids)] = torch.tensor(ids)
    return model.model(input_ids=tokens, use_cache=False).last_hidden_state


def loss_of(model, group):
    states = states_of(model, [ids for ids, _ in group])
    length = states.shape[1]
    flat = [(row * length + at, w, p, a, b) for row, (_, targets) in enumerate(group) for at, w, p, a, b in targets]
    at, w, p, a, b = (torch.tensor(column) for column in zip(*flat))
    logs = F.log_softmax(model.lm_head(states.reshape(-1, states.shape[-1])[at]), dim=-1)
    rows = torch.arange(len(flat))
    return -(w * (p * logs[rows, a] + (1 - p) * logs[rows, b])).sum() / len(group)


def train_epoch(model, optimizer, groups, rate_at):
    """Trains on each group once, the i-th at the learning rate rate_at(i), and says how it went."""
    model.train()
    started, total = time.time(), 0.0
    for i, group in enumerate(groups):
        for g in optimizer.param_groups:
            g["lr"] = rate_at(i)
        loss = loss_of(model, group)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item()
    return f"loss {total / len(groups):.3f}, {len(groups)} steps, {time.time() - started:.0f} s"


def train(tokenizer, sentences, lexicon, validation):
    rng = random.Random(SEED)
    teacher = Teacher(sentences, lexicon)
    examples = Examples(tokenizer)
    torch.manual_seed(SEED)
    model = new_model(tokenizer)
    hooks = add_dropout(model)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.1},
                                   {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0}],
                                  lr=LEARNING_RATE, betas=(0.9, 0.98))
    step = 0
    for epoch in range(EPOCHS):
        groups = batches(rng, epoch_examples(rng, examples, sentences, teacher))
        steps = EPOCHS * len(groups)  # all epochs are about this long
        went = train_epoch(model, optimizer, groups, lambda i: LEARNING_RATE * min(
            (step + i + 1) / 100, 0.02 + 0.98 * (1 + math.cos(math.pi * min(1, (step + i) / steps))) / 2))
        step += len(groups)
        print(f"epoch {epoch + 1}: {went}, "
              f"validation accuracy {accuracy(model, tokenizer_ids(tokenizer), validation):.4f}", flush=True)
    for hook in hooks:
        hook.remove()
    return model.eval()


@torch.no_grad()
def margins(model, examples, texts):
    """As positive_margin, for many texts."""
    items = [(*examples.label(text, 0.5, lm=False), at) for at, text in enumerate(texts)]
    result = np.zeros(len(texts))
    for group in batches(random.Random(SEED), items):
        states = states_of(model, [ids for ids, _, _ in group])
        last = torch.tensor([targets[0][0] for _, targets, _ in group])
        logits = model.lm_head(states[torch.arange(len(group)), last])
        positive, negative = (examples.labels[name][0] for name in ("positive", "negative"))
        result[[at for _, _, at in group]] = (logits[:, positive] - logits[:, negative]).numpy()
    return result


def teach_writing(model, tokenizer, sentences, lexicon, validation):
    """Continues the training of the saved model with a few sentences to write. Its labels are learnt from what it
    says itself, before, and from the teacher, half each."""
    teacher = Teacher(sentences, lexicon)
    rng = random.Random(SEED + 1)
    torch.manual_seed(SEED + 1)
    examples, encode = Examples(tokenizer), tokenizer_ids(tokenizer)
    before = copy.deepcopy(model).eval()
    hooks = add_dropout(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=WRITING_RATE, betas=(0.9, 0.98), weight_decay=0.0)
    judge = lambda texts: (margins(before, examples, texts) + TEACHER_SHARPNESS * teacher.rate(texts)) / 2
    step = 0
    for epoch in range(WRITING_EPOCHS):
        groups = batches(rng, writing_examples(rng, examples, sentences, judge))
        steps = WRITING_EPOCHS * len(groups)
        went = train_epoch(model, optimizer, groups, lambda i: WRITING_RATE * min(
            (step + i + 1) / 50, 1 - min(1, (step + i) / steps) + 0.02))
        step += len(groups)
        print(f"writing {epoch + 1}: {went}, "
              f"validation accuracy {accuracy(model, encode, validation):.4f}", flush=True)
    for hook in hooks:
        hook.remove()
    return model.eval()


# --- evaluation -------------------------------------------------------------------------------------

def tokenizer_ids(tokenizer):
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


@torch.no_grad()
def positive_margin(model, encode, texts):
    """log P(" positive") - log P(" negative") after the prompt; each label is one token."""
    model.eval()
    begin, positive, negative = model.config.bos_token_id, encode(" positive"), encode(" negative")
    assert len(positive) == len(negative) == 1
    margins = []
    for text in texts:
        ids = torch.tensor([[begin] + encode(f"Review: {text}\nSentiment:")])
        logits = model(input_ids=ids, use_cache=False).logits[0, -1]
        margins.append((logits[positive[0]] - logits[negative[0]]).item())
    return np.array(margins)


def accuracy(model, encode, sentences):
    clear = [s for s in sentences if abs(s[1]) > CLEAR]
    margins = positive_margin(model, encode, [s[2] for s in clear])
    return float(np.mean((margins > 0) == (np.array([s[1] for s in clear]) > 0)))


def evaluate(held_out, sample):
    model = AutoModelForCausalLM.from_pretrained(HERE, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(HERE)
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False)
    clear = [s for s in held_out if abs(s[1]) > CLEAR]
    print(f"held out: {len(held_out)} sentences, {len(clear)} beyond +-{CLEAR}")
    print(f"accuracy on these: {accuracy(model, encode, held_out):.4f}")
    for kind in ("product", "movie"):
        print(f"  {kind}: {accuracy(model, encode, [s for s in held_out if s[0].startswith(kind)]):.4f}")
    print(f"accuracy on reviews.jsonl ({len(sample)} sentences): {accuracy(model, encode, sample):.4f}")
    torch.manual_seed(SEED)
    for ask in ("Write a short product review.", "Write a short movie review.", "Write a positive movie review.",
                "Write a negative product review."):
        ids = tokenizer.apply_chat_template([{"role": "user", "content": ask}], add_generation_prompt=True,
                                            return_tensors="pt", return_dict=True)
        for arguments in (dict(do_sample=False), dict(do_sample=True, temperature=0.7, top_p=0.9)):
            out = model.generate(**ids, max_new_tokens=60, **arguments)
            print(f"  {ask} -> {tokenizer.decode(out[0, ids['input_ids'].shape[1]:], skip_special_tokens=True)}")


# --- files ------------------------------------------------------------------------------------------

def save(model, tokenizer):
    model.to(torch.bfloat16).save_pretrained(HERE)
    (HERE / "generation_config.json").write_text(json.dumps({
        "bos_token_id": model.config.bos_token_id, "eos_token_id": model.config.eos_token_id,
        "pad_token_id": model.config.pad_token_id, "do_sample": True, "temperature": 0.6, "top_p": 0.9},
        indent=2) + "\n")
    tokenizer.save(str(HERE / "tokenizer.json"))
    names = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "pad_token": "<|finetune_right_pad_id|>"}
    (HERE / "special_tokens_map.json").write_text(json.dumps(names, indent=2) + "\n")
    (HERE / "tokenizer_config.json").write_text(json.dumps({
        "added_tokens_decoder": {str(tokenizer.token_to_id(t)): {
            "content": t, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
            "special": True} for t in SPECIALS},
        **names, "clean_up_tokenization_spaces": False, "model_input_names": ["input_ids", "attention_mask"],
        "model_max_length": 2048, "tokenizer_class": "PreTrainedTokenizerFast"}, indent=2) + "\n")


def choose_sample(held_out):
    """1,000 of the held-out sentences beyond +-CLEAR, in the order of the source."""
    clear = [s for s in held_out if abs(s[1]) > CLEAR]
    chosen = set(random.Random(SEED).sample([s[0] for s in clear], 1000))
    return [s for s in clear if s[0] in chosen]


def write_sample(sample):
    with open(HERE.parent / "reviews.jsonl", "w", encoding="utf-8") as out:
        for name, rating, text in sample:
            out.write(json.dumps({"id": name, "text": text, "rating": round(rating, 3),
                                  "human_label": "positive" if rating > 0 else "negative"}, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="only teach the saved model to write")
    parser.add_argument("--evaluate", action="store_true", help="only evaluate the saved model")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the order of floating-point sums, and so the weights, depend on the number
    torch.use_deterministic_algorithms(True)
    sentences, lexicon = load_data()
    training, validation, held_out = split(sentences)
    print(f"{len(training)} training, {len(validation)} validation, {len(held_out)} held-out sentences", flush=True)
    sample = choose_sample(held_out)
    started = time.time()
    if not (arguments.evaluate or arguments.write):
        texts = [f"Review: {s[2]}\nSentiment: {'positive' if s[1] > 0 else 'negative'}" for s in training]
        # often enough to become one token each
        tokenizer = train_tokenizer(texts + 1000 * ["positive", "negative", "system", "user", "assistant"])
        model = train(tokenizer, training, lexicon, validation)
        save(model, tokenizer)
        write_sample(sample)
    if not arguments.evaluate:
        tokenizer = Tokenizer.from_file(str(HERE / "tokenizer.json"))
        model = teach_writing(AutoModelForCausalLM.from_pretrained(HERE, dtype=torch.float32), tokenizer, training, lexicon,
                              validation)
        print(f"trained in {time.time() - started:.0f} s, {sum(p.numel() for p in model.parameters())} weights")
        save(model, tokenizer)
    evaluate(held_out, sample)


if __name__ == "__main__":
    main()
