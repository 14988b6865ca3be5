"""Drives the TorchScript archive that Herd's Java writes, as Herd's Java drives it: what LlamaModel, WeightLoader, Padded
and Pipeline do there. All that knows the module's methods is in this file.
"""
import pathlib, struct, tempfile, zipfile

import torch

from configs import inverse_frequencies

CODES = {torch.float16: 5, torch.float32: 6, torch.bfloat16: 15}
PIECE_BYTES = 32 << 20
PREFIX = -1  # the arena that a shared prefix lies in
CANDIDATES = 1024  # as SamplingBatch in Java for top-p
REALS = ("divisors", "subtracted", "temperature", "uniform", "share", "min_p")
PICKS = ("tokens", "suppressed", "suppress", "masks", "mask_of", "penalized", *REALS[:5], "top_k", "min_p")  # as PassInputs in Java

# what a machine without a GPU has to be spared: the archive's code, and what is put in its place
ON_GPU = ("q.is_cuda", "True")
TO_DEVICE = ("raw.narrow(0, 0, size).to(w.device)", "raw.narrow(0, 0, size)")
TO_NEXT_STAGE = ("x.to(self.any_norm().device)", "torch._to_copy(x, device=self.any_norm().device)")


class Stage:
    """The layers of the model that lie on one device."""

    def __init__(self, archive, device, layers, flash):
        self.device, self.layers = device, layers
        self.module = torch.jit.load(archive)
        self.module.n_layers = len(layers)
        self.module.flash = self.module.sees_cache = flash
        self.module.onednn = device.type == "cpu" and not flash

    def matrix(self, weights, names, dtype):
        parts = [weights(name + ".weight", dtype) for name in names]
        parts = [part.view(len(part), -1) for part in parts]
        columns, rows = parts[0].shape[1], sum(map(len, parts))
        w = self.module.allocate(rows, columns, CODES[dtype], str(self.device))
        row = 0
        for part in parts:
            step = max(1, PIECE_BYTES // (columns * part.element_size()))
            for piece in part.split(step):
                raw = piece.reshape(-1).view(torch.uint8)
                self.module.fill(w, row, raw, len(raw), len(piece), columns, CODES[dtype])
                row += len(piece)
        return w

    def product(self, name, layer, w, int8):
        if int8:
            self.module.keep_int8(name, self.module.pack_int8(name, layer, w))
        else:
            self.module.keep(name, self.module.pack(w, False))

    def load(self, config, weights, dtype, int8):
        of = config["num_hidden_layers"]
        first, last, tied = self.layers[0] == 0, self.layers[-1] == of - 1, config["tie_word_embeddings"]
        matrix = lambda *names: self.matrix(weights, names, dtype)
        at = lambda layer: f"model.layers.{layer}."
        for layer in self.layers:
            for name in ("input_layernorm", "post_attention_layernorm"):
                self.module.keep_norm(name, matrix(at(layer) + name))
        if last:
            self.module.keep_norm("norm", matrix("model.norm"))
        if first:
            embedding = matrix("model.embed_tokens")
            self.module.keep("embed_tokens", embedding)
        for i, layer in enumerate(self.layers):
            self.product("qkv_proj", i, matrix(*(f"{at(layer)}self_attn.{part}_proj" for part in "qkv")), int8)
            self.product("o_proj", i, matrix(at(layer) + "self_attn.o_proj"), int8)
            self.product("gate_up_proj", i, matrix(at(layer) + "mlp.gate_proj", at(layer) + "mlp.up_proj"), int8)
            self.product("down_proj", i, matrix(at(layer) + "mlp.down_proj"), int8)
        if last:
            head = embedding if tied and first else matrix("model.embed_tokens" if tied else "lm_head")
            self.product("lm_head", 0, head, int8)
        if int8:
            self.module.finish_int8(config["intermediate_size"])

    def tensor(self, values, dtype=torch.int64):
        return torch.tensor(values, dtype=dtype, device=self.device)


class Model:
    """A Llama in the module, over one device or several."""

    def __init__(self, archive, config, weights, dtype, devices, int8=False, flash=None, chunk_tokens=8192):
        self.config, self.dtype, self.chunk_tokens = config, dtype, chunk_tokens
        self.prefix_tokens = self.positions = 0
        torch._C._set_graph_executor_optimize(False)  # as in Java
        gpu = devices[0].type == "cuda"
        flash = gpu and dtype == torch.bfloat16 if flash is None else flash
        layers = config["num_hidden_layers"]
        bounds = [round(layers * i / len(devices)) for i in range(len(devices) + 1)]
        self.stages = [Stage(archive, d, range(a, b), flash) for d, a, b in zip(devices, bounds, bounds[1:])]
        for stage in self.stages:
            stage.load(config, weights, torch.float32 if int8 else dtype, int8)
        self.greedy = self.drawn(0)
        self.cover(1024)

    def each(self, method, *arguments):
        for stage in self.stages:
            getattr(stage.module, method)(*arguments)

    def run(self, method, ids, *others):
        """All stages, one behind the other; of the other arguments, lists within a tuple become tensors."""
        x = self.stages[0].tensor(ids)
        for stage in self.stages:
            own = [stage.tensor(other[0]) if isinstance(other, tuple) else other for other in others]
            x = getattr(stage.module, method)(x, *own)
        return x

    def arena(self, capacity, kept, rows, tensors=1):
        self.cover(capacity)
        self.each("resize_arena", capacity, kept, rows, tensors)

    def move(self, *places):
        self.each("copy_row", *places)

    def forget(self):
        self.each("free_caches")

    def share(self, ids):
        """Computes the prefix that the prompts of following prefills share."""
        self.prefix_tokens = len(ids)
        self.cover(len(ids))
        self.each("allocate_prefix", PREFIX, len(ids))
        for at in range(0, len(ids), self.chunk_tokens):
            self.run("prefill", [ids[at : at + self.chunk_tokens]], PREFIX, 0, at, 0, 0)

    def prefill(self, capacity, row, prompts, shared=0):
        """The most likely token after each prompt; what they share is not computed again."""
        picked = [0] * len(prompts)
        for ending in self.pieces(capacity, row, prompts, shared):
            for i, token in zip(ending, self.pick()):
                picked[i] = token
        return picked

    def prompt_logits(self, capacity, row, prompts, shared=0):
        """The same, but all logits."""
        rows = [None] * len(prompts)
        for ending in self.pieces(capacity, row, prompts, shared):
            for i, logits in zip(ending, self.logits()):
                rows[i] = logits
        return torch.stack(rows)

    def pieces(self, capacity, row, prompts, shared):
        """Computes prompts piece by piece; gives those that end in each, while their logits are there."""
        if shared:
            self.each("copy_rows", PREFIX, 0, capacity, row, len(prompts), shared, 0)
        own = [prompt[shared:] for prompt in prompts]
        width = max(map(len, own))
        padded = [ids + [0] * (width - len(ids)) for ids in own]
        for at in range(0, width, self.chunk_tokens):
            columns = min(self.chunk_tokens, width - at)
            ending = [i for i, ids in enumerate(own) if at < len(ids) <= at + columns]
            x = self.run("prefill", [ids[at : at + columns] for ids in padded], capacity, row, shared + at, 0, 0)
            if ending:
                self.head(x, [i * columns + len(own[i]) - 1 - at for i in ending])
                yield ending

    def score(self, capacity, row, prompts, labels, shared=0, exact=False):
        """Log-probabilities of labels, each some tokens, after each prompt: [prompts, labels]. exact: see label_logprobs"""
        if shared:
            self.each("copy_rows", PREFIX, 0, capacity, row, len(prompts), shared, 0)
        own = [prompt[shared:] for prompt in prompts]
        width = max(map(len, own))
        told = told_of(labels, list(map(len, own)))
        sizes = list(map(len, told))
        packed = sum(told, [])
        given = self.stages[-1].tensor(packed)
        x = self.run("score", [ids + [0] * (width - len(ids)) for ids in own], capacity, row, shared, 0, 0, (packed,), sizes)
        tokens = self.stages[-1].module.label_logprobs(x, given, sizes, exact)
        return torch.stack([part.sum(1) for part in tokens.split(list(map(len, labels)), 1)], 1)

    def decode(self, rows, ids, positions):
        """The most likely token of each row; rows: how many of each capacity, from the shortest on."""
        counts, row = list(rows.values()), [i for n in rows.values() for i in range(n)]
        self.head(self.run("decode", [], list(rows), counts, counts, ([ids, positions, row],), []), [])
        return self.pick()

    def head(self, x, rows):
        """Of some rows, or with none named of all."""
        last = self.stages[-1]
        last.module.compute_logits(x, last.tensor(rows), len(rows))

    def pick(self):
        return self.picked(self.greedy).tolist()

    def picked(self, how):
        """The ids on the device."""
        return self.stages[-1].module.sample(*how)

    def drawn(self, rows):
        """How to pick: with so many rows each at temperature 0.7 with top-p 0.9, with none the likeliest."""
        return self.how(temperature=[0.7] * rows, uniform=[0.5] * rows, share=[0.9] * rows)

    def how(self, logprobs=0, **parts):
        """What `sample` is told, of the parts that it names."""
        assert not set(parts) - set(PICKS)
        values = [parts.get(name, []) for name in PICKS]
        packed = [bits(value) if name in REALS else value for name, part in zip(PICKS, values) for value in part]
        draw, last = bool(parts.get("temperature")), self.stages[-1]
        candidates = min(CANDIDATES, self.config["vocab_size"]) if draw else 0
        return [last.tensor(packed), list(map(len, values)), draw, last.device.type != "cuda", candidates, logprobs]

    def logits(self):
        """Of the pass before."""
        return self.stages[-1].module.last_logits[0].float()

    def caches(self):
        """Every tensor of keys and values, to fill them with something."""
        return [cache for stage in self.stages for arena in stage.module.caches.values() for cache in arena]

    def cover(self, positions):
        """The tables of rotations grow with the longest row."""
        if positions > self.positions:
            self.positions = max(positions, min(2 * positions, self.config["max_position_embeddings"]))
            for stage in self.stages:
                frequencies = stage.tensor(inverse_frequencies(self.config), torch.float32)
                stage.module.build_rope(frequencies, self.positions)


def bits(value):
    """Of a float64, as an integer."""
    return struct.unpack("q", struct.pack("d", value))[0]


def told_of(labels, lengths):
    """What `score` is told of labels, as LabelTokens lays them out in Java."""
    tail, depths, visible, read_at, read_ids = [], [], [], [], []
    of = [i for i, label in enumerate(labels) for _ in label[1:]]
    for label in labels:
        read_at += [0, *range(len(tail) + 1, len(tail) + len(label))]
        read_ids += label
        tail += label[:-1]
        depths += range(len(label) - 1)
    visible = [int(of[i] == of[j] and j <= i) for i in range(len(of)) for j in range(len(of))]
    return [lengths, tail, depths, visible, read_at, read_ids]


def rewritten(archive, old, new):
    """A copy of an archive with another piece of code."""
    copy = pathlib.Path(tempfile.mkdtemp(prefix="herd-module-")) / "llama.pt"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("/code/__torch__.py"):
                assert old.encode() in content, f"the module has no {old} any more"
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return str(copy)
