"""What the programs here have in common: their arguments, and how they tell results."""
import argparse, json, pathlib

import torch

from configs import CONFIGS
from module import Model
from weights import Weights

DTYPES = {"float16": torch.float16, "float32": torch.float32, "bfloat16": torch.bfloat16}


def arguments(doc):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="what bench/gpu/prepare wrote")
    parser.add_argument("--model", default="llama-3.1-8b", choices=sorted(CONFIGS))
    parser.add_argument("--layers", type=int, help="only so many of its layers, so that more fits into memory")
    parser.add_argument("--device", nargs="+", default=["cuda:0"], help="several to split the layers; one may be named twice")
    parser.add_argument("--dtype", default="bfloat16", choices=sorted(DTYPES))
    parser.add_argument("--out", type=pathlib.Path, help="a file that gets the lines of JSON too")
    return parser


class Run:
    """A model to measure, as the arguments name it."""

    def __init__(self, asked):
        self.asked, self.name, self.out = asked, asked.model, asked.out
        self.config = dict(CONFIGS[asked.model])
        self.config["num_hidden_layers"] = asked.layers or self.config["num_hidden_layers"]
        self.devices = [torch.device(name) for name in asked.device]
        self.device, self.gpu = self.devices[0], self.devices[0].type == "cuda"
        self.dtype = DTYPES[asked.dtype]
        self.weights = Weights(self.config, self.device)
        if not self.gpu:
            torch.set_num_threads(1)

    def archive(self):
        return str(self.asked.folder / self.name / "llama.pt")

    def herd(self, dtype=None, archive=None, **others):
        return Model(archive or self.archive(), self.config, self.weights, dtype or self.dtype, self.devices, **others)

    def tell(self, **line):
        text = json.dumps({"model": self.name, **line})
        print(text, flush=True)
        if self.out:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            with self.out.open("a") as file:
                file.write(text + "\n")

    def free(self):
        if self.gpu:
            torch.cuda.empty_cache()

    def prompts(self, lengths, seed=1):
        generator = torch.Generator().manual_seed(seed)
        vocabulary = self.config["vocab_size"]
        return [torch.randint(vocabulary, (n,), generator=generator).tolist() for n in lengths]


def capacity(tokens, step):
    """Of a row of so many tokens, as Limits.capacity in Java."""
    step = max(step, (1 << max(1, tokens - 1).bit_length() - 1) // 4)
    return -(-tokens // step) * step
