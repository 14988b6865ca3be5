"""What a pass can't be faster than: for each of its operators the time to move its bytes or to do its arithmetic, whichever
is longer, and the sum of those. Elementwise work counts as nothing, since it could be part of the operators around it.

usage: limits.py [--device cuda]    measures the device and prints what it can do
"""
import argparse, json, time
from typing import NamedTuple

import torch

BANDWIDTH = {"H200": 4.8e12, "H100 80GB HBM3": 3.35e12}  # bytes/s, from NVIDIA's data sheets; of others it is measured


class Operator(NamedTuple):
    name: str
    moved: float  # bytes
    flops: float


class Device(NamedTuple):
    name: str
    bandwidth: float  # bytes/s that limits are reckoned with
    copied: float  # bytes/s measured
    peak: float  # flop/s measured

    def seconds(self, operators):
        return sum(max(op.moved / self.bandwidth, op.flops / self.peak) for op in operators)


def product(name, rows, inner, outer, size):
    return Operator(name, size * (inner * outer + rows * (inner + outer)), 2.0 * rows * inner * outer)


def layers(config, tokens, attention, size):
    hidden, middle, d = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    queries, keys = config["num_attention_heads"] * d, config["num_key_value_heads"] * d
    layer = [
        product("qkv", tokens, hidden, queries + 2 * keys, size),
        attention,
        product("o", tokens, queries, hidden, size),
        product("gate and up", tokens, hidden, 2 * middle, size),
        product("down", tokens, middle, hidden, size),
    ]
    return layer * config["num_hidden_layers"]


def attention(config, tokens, keys_read, pairs, size):
    """keys_read: positions whose keys and values are read; pairs: of a query and a key that it sees."""
    d, heads = config["head_dim"], config["num_attention_heads"]
    moved = size * d * (2 * keys_read * config["num_key_value_heads"] + 2 * tokens * heads)
    return Operator("attention", moved, 4.0 * pairs * heads * d)


def whole(config, tokens, attention, ended, size):
    embedding = Operator("embedding", 2.0 * size * tokens * config["hidden_size"], 0)
    head = product("head", ended, config["hidden_size"], config["vocab_size"], size) if ended else Operator("head", 0, 0)
    return [embedding, *layers(config, tokens, attention, size), head]


def decode(config, lengths, size=2):
    """Of a step in which each row sees so many tokens."""
    read = sum(lengths)
    return whole(config, len(lengths), attention(config, len(lengths), read, read, size), len(lengths), size)


def prefill(config, lengths, shared=0, size=2):
    """Of prompts without padding, behind a prefix that is computed already."""
    tokens = sum(lengths)
    pairs = sum(n * (n + 1) / 2 + n * shared for n in lengths)
    return whole(config, tokens, attention(config, tokens, tokens + shared * len(lengths), pairs, size), len(lengths), size)


def wait(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def fastest(device, times, call):
    """Seconds of the fastest of some calls, after one that doesn't count."""
    taken = []
    for _ in range(times + 1):
        wait(device)
        start = time.perf_counter()
        call()
        wait(device)
        taken.append(time.perf_counter() - start)
    return min(taken[1:])


def measured_peak(device, dtype):
    best = 0.0
    for n in (4096, 8192, 16384) if device.type == "cuda" else (512,):
        a, b = torch.randn(n, n, device=device, dtype=dtype), torch.randn(n, n, device=device, dtype=dtype)
        best = max(best, 2.0 * n**3 / fastest(device, 10, lambda: torch.mm(a, b)))
    return best


def measured_copy(device):
    elements = (4 << 30 if device.type == "cuda" else 64 << 20) // 4
    a = torch.zeros(elements, device=device)
    b = torch.empty_like(a)
    return 8.0 * elements / fastest(device, 5, lambda: b.copy_(a))


def measure(device, dtype):
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "processor"
    copied = measured_copy(device)
    known = [bandwidth for part, bandwidth in BANDWIDTH.items() if part in name]
    return Device(name, known[0] if known else copied, copied, measured_peak(device, dtype))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    device = torch.device(parser.parse_args().device)
    for dtype in (torch.bfloat16, torch.float32):
        print(json.dumps({"dtype": str(dtype)[6:], **measure(device, dtype)._asdict()}))


if __name__ == "__main__":
    main()
