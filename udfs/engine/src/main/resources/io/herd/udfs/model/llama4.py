# The dense text model of Llama 4 (Llama Guard 4). In most layers queries and keys are rotated, get equal lengths, and see the
# keys of their own chunk of positions alone; every few layers there is one without rotation, which sees all that came before and
# multiplies queries that stand far behind.
#
# TorchScriptArchive puts these methods in place of llama.py's of the same names. Shapes are named there.
from typing import List, Optional, Tuple

import torch
from torch import Tensor, inf

from llama import Llama


class Llama4(Llama):
    rotated: str  # of each layer, 1 or 0
    chunk: int  # positions
    equal_lengths: bool
    floor_scale: int
    attn_scale: float  # 0 where queries aren't multiplied

    # Neighbours in a head are rotated, where a Llama's are half a head apart: cosines c0, c0, c1, c1, ... and sines alike
    def build_rope(self, inverse_frequencies: Tensor, positions: int) -> None:
        w = self.any_norm()
        at = torch.arange(positions, dtype=torch.float32, device=w.device).unsqueeze(1)
        angle = at * inverse_frequencies.unsqueeze(0)  # [positions, head_dim / 2]
        cos = angle.cos()
        sin = angle.sin()
        self.rope.clear()
        self.rope.append(torch.stack([cos, cos], 2).flatten(1).to(w.dtype))
        self.rope.append(torch.stack([-sin, sin], 2).flatten(1).to(w.dtype))

    def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> None:
        swapped = x.unflatten(-1, [-1, 2]).flip([-1]).flatten(-2)
        x.mul_(cos).add_(swapped.mul_(sin))

    # What queries are multiplied by in layers without rotation: [tokens, 1, 1]
    def temperature(self, positions: Tensor) -> Tensor:
        steps = torch.floor_divide(positions + 1, self.floor_scale).to(torch.float32)
        return (steps.log1p() * self.attn_scale + 1.).view([-1, 1, 1])

    def qkv(self, i: int, x: Tensor, cos: Tensor, sin: Tensor, temperature: Tensor) -> Tuple[Tensor, Tensor]:
        nq, nk = self.n_heads, self.n_kv_heads
        qkv = self.linear("qkv_proj", i, self.rms_norm("input_layernorm", i, x)).view([-1, nq + 2 * nk, self.head_dim])
        q, both = qkv.narrow(1, 0, nq), qkv.narrow(1, 0, nq + nk)
        if self.rotated[i] == "0":
            q.mul_(temperature)
        else:
            self.rotate(both, cos, sin)
            if self.equal_lengths:
                both.copy_(torch.rms_norm(both, [self.head_dim], None, self.norm_eps))
        return q, qkv.narrow(1, nq, 2 * nk)

    # Whether keys lie in the chunks of queries, by their positions.
    def same_chunk(self, keys: Tensor, queries: Tensor) -> Tensor:
        return torch.floor_divide(keys, self.chunk) == torch.floor_divide(queries, self.chunk)

    # Of queries in layers without rotation, and with it.
    def extend(
        self,
        x: Tensor,
        capacity: int,
        row: int,
        start: int,
        positions: Tensor,
        mask: Optional[Tensor],
        tail: int,
        prefix: int,
        in_place: int,
    ) -> Tensor:
        n, t, nq, nk, d = x.size(0), x.size(1), self.n_heads, self.n_kv_heads, self.head_dim
        end = start + t
        x = x.view([n * t, -1])
        at = positions.view([-1])
        cos, sin = self.rope_at(at)
        temperature = self.temperature(at)
        if mask is None:
            key = torch.arange(t, device=x.device)
            every = self.group_mask((key.unsqueeze(0) <= key.unsqueeze(1)).view([1, 1, t, t]))
        else:
            every = mask
        chunked = every
        if end > self.chunk:
            cached = torch.arange(start, dtype=torch.int64, device=x.device).unsqueeze(0).expand([n, start])
            keys_at = torch.cat([cached, positions], 1)  # a label's stand behind all prompts of the pass
            chunked = every + self.group_mask(self.same_chunk(keys_at.unsqueeze(1), positions.unsqueeze(2)).unsqueeze(1))
        cache = self.slices(capacity, row, n)
        for i in range(self.n_layers):
            q, kv = self.qkv(i, x, cos, sin, temperature)
            kv = kv.view([n, t, 2 * nk, d]).transpose(1, 2)
            keys, values = cache[2 * i].narrow(2, 0, end), cache[2 * i + 1].narrow(2, 0, end)
            keys.narrow(2, start, t).copy_(kv.narrow(1, 0, nk))
            values.narrow(2, start, t).copy_(kv.narrow(1, nk, nk))
            o = self.masked_attention(q.view([n, t, nq, d]), keys, values, every if self.rotated[i] == "0" else chunked)
            x = self.after_attention(i, x, o)
        return x.view([n, t, -1])

    # For decode_attention. visible: [tokens, capacity]
    def decode_mask(self, visible: Tensor) -> Tensor:
        return torch.where(visible, 0., -inf).to(self.any_norm().dtype).unsqueeze(1)

    def decode(
        self, x: Tensor, capacities: List[int], rows: List[int], tokens: List[int], at: Tensor, prefixes: List[int]
    ) -> Tensor:
        positions = at[1]
        x = self.embed(at[0] if "embed_tokens" in self.weights else x)
        cos, sin = self.rope_at(positions)
        temperature = self.temperature(positions)
        nk = self.n_kv_heads
        every: List[Tensor] = []
        chunked: List[Tensor] = []
        caches: List[List[Tensor]] = []
        places: List[List[Optional[Tensor]]] = []  # of the new keys in an arena: row and position
        first = 0
        for a in range(len(rows)):
            here, row = positions[first:first + tokens[a]], at[2][first:first + tokens[a]]
            caches.append(self.slices(capacities[a], 0, rows[a]))
            key = torch.arange(capacities[a], device=x.device).unsqueeze(0)
            visible = key <= here.unsqueeze(1)
            every.append(self.decode_mask(visible))
            if capacities[a] > self.chunk:
                visible = torch.logical_and(visible, self.same_chunk(key, here.unsqueeze(1)))
            chunked.append(self.decode_mask(visible))
            place: List[Optional[Tensor]] = [row, here]
            places.append(place)
            first += tokens[a]
        scale = self.head_dim ** -0.5
        for i in range(self.n_layers):
            q, kv = self.qkv(i, x, cos, sin, temperature)
            q = q * scale
            parts: List[Tensor] = []
            first = 0
            for a in range(len(rows)):
                n = tokens[a]
                own_kv = kv[first:first + n]
                keys, values = caches[a][2 * i], caches[a][2 * i + 1]
                torch.index_put_(keys.transpose(1, 2), places[a], own_kv.narrow(1, 0, nk))
                torch.index_put_(values.transpose(1, 2), places[a], own_kv.narrow(1, nk, nk))
                if n > rows[a]:
                    row = at[2][first:first + n]
                    keys, values = keys.index_select(0, row), values.index_select(0, row)
                mask = every[a] if self.rotated[i] == "0" else chunked[a]
                parts.append(self.decode_attention(q[first:first + n], keys, values, mask))
                first += n
            x = self.after_attention(i, x, torch.cat(parts, 0))
        return x
