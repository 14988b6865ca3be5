"""Lets a processor take the module's way on a GPU: all but flash attention's kernel, in whose place its definition is computed.

So what is proven is that the module hands the kernel the right rows, lengths and layout, and nothing that it refuses. The definition is
that of FlashAttention-2 (Dao 2023) for sequences laid one behind the other, as torch 2.7.1 has it.
"""
import torch
from torch.utils._python_dispatch import TorchDispatchMode

class FlashByDefinition(TorchDispatchMode):
    """Computes flash attention from its definition. calls: how often it was asked for."""

    calls = 0

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        if operator is torch.ops.aten._flash_attention_forward.default:
            self.calls += 1
            return attention(*args, **kwargs), *[args[0].new_empty(0)] * 4
        return operator(*args, **(kwargs or {}))


def attention(q, k, v, starts_q, starts_k, max_q, max_k, dropout, causal, debug, seqused_k):
    demand(q, k, v, starts_q, starts_k, seqused_k)
    assert dropout == 0 and causal and not debug
    out = torch.full_like(q, torch.nan, memory_format=torch.contiguous_format)
    for i, used in enumerate(seqused_k.tolist()):
        a, b = starts_q[i], starts_q[i + 1]
        assert b - a <= max_q and used <= max_k and starts_k[i] + used <= min(starts_k[i + 1], len(k))
        keys, values = (x[starts_k[i] : starts_k[i] + used].repeat_interleave(q.shape[1] // x.shape[1], 1) for x in (k, v))
        sees = torch.ones(b - a, used, dtype=torch.bool).tril(used - (b - a))  # the last query sees the last key
        rows = [x.transpose(0, 1)[None] for x in (q[a:b], keys, values)]
        out[a:b] = torch.nn.functional.scaled_dot_product_attention(*rows, attn_mask=sees)[0].transpose(0, 1)
    return out


def demand(q, k, v, starts_q, starts_k, seqused_k):
    """What the kernel refuses, but for float32, which is let through so that differences can be seen."""
    rows = len(starts_q) - 1
    assert q.dtype == k.dtype == v.dtype and q.stride(-1) == k.stride(-1) == v.stride(-1) == 1
    assert q.dim() == k.dim() == v.dim() == 3 and k.shape == v.shape and q.shape[1] % k.shape[1] == 0
    assert q.shape[2] == k.shape[2] <= 256 and q.shape[2] % 8 == 0 and rows > 0
    for ints, size in ((starts_q, rows + 1), (starts_k, rows + 1), (seqused_k, rows)):
        assert ints.dtype == torch.int32 and ints.is_contiguous() and ints.shape == (size,)
    assert starts_q[-1] <= len(q)
