# Llama on a processor that has Herd's own operators (src/main/native): what a layer does beside its products, in one call
# each. A decode step of a small model was mostly the calls of some 45 operators a layer, each a pass over memory.
#
# TorchScriptArchive puts these methods in place of llama.py's of the same names. Shapes are named there.
from typing import List, Optional, Tuple

import torch
from torch import Tensor, ops

from llama import Llama


class Fused(Llama):
    def rms_norm(self, name: str, i: int, x: Tensor) -> Tensor:
        return ops.herd.rms_norm(x, self.weights[name][i].to(x.dtype), self.norm_eps)

    # Where the processor multiplies 8 by 8 bits without overflow (VNNI, AMX), activations have 8 bits and oneDNN multiplies; elsewhere
    # they have 16, and Herd's own product is exact.
    def linear_int8(self, name: str, i: int, x: Tensor) -> Tensor:
        q, scale = ops.herd.quantize(x, self.int8_bits)
        kind = torch.float32 if name == "lm_head" else x.dtype
        return self.multiply_int8(name, i, q, kind).mul_(scale)

    # Weights by rounded tokens [tokens, in], in the type `kind` where oneDNN multiplies: [tokens, out], which lacks the tokens' scales.
    # Rounded to 8 bits they are around 128, without a sign: VNNI multiplies bytes without one by bytes with one, and for two with
    # signs oneDNN 3.7 falls back to plain loops where there is no AMX, 100 times as slow.
    def multiply_int8(self, name: str, i: int, q: Tensor, kind: int) -> Tensor:
        w, scale = self.weights[name][i], self.weights[name + "_scale"][i]
        none: List[Optional[number]] = []
        if self.int8_bits == 8:
            zero = self.weights[name + "_zero"][i]
            out = ops.onednn.qlinear_pointwise(q, 1., 128, w, scale, zero, None, 1., 0, kind, "none", none, "")
        else:
            out = ops.herd.multiply(q, w, scale)
        return out

    def packed_int8(
        self, w: Tensor, scales: Tensor
    ) -> Tuple[Tensor, Optional[torch.classes.quantized.LinearPackedParamsBase]]:
        packed: Optional[torch.classes.quantized.LinearPackedParamsBase] = None
        size: Optional[List[int]] = None
        return ops.onednn.qlinear_prepack(w, size) if self.int8_bits == 8 else ops.herd.pack(w), packed

    # The product adds to the residual where oneDNN makes it.
    def add_linear_to(self, residual: Tensor, name: str, i: int, x: Tensor) -> Tensor:
        out = residual
        if len(self.packed) > 0 or not ops.prim.is_mkldnn(self.weights[name][i]):
            out = residual.add_(self.linear(name, i, x))
        else:
            out = ops.mkldnn._linear_pointwise(x, residual, self.weights[name][i], None, "add")
        return out

    # What a product of int8 gives is scaled by whatever reads it next.
    def after_attention(self, i: int, x: Tensor, attended: Tensor) -> Tensor:
        if self.int8_bits > 7:
            kind = attended.dtype
            q, scale = ops.herd.quantize(attended, self.int8_bits)
            ops.herd.add_scaled(x, self.multiply_int8("o_proj", i, q, kind), scale)
            q, scale = ops.herd.norm_quantize(x, self.norm_eps, self.int8_bits)
            gate_up = self.multiply_int8("gate_up_proj", i, q, kind)
            n = self.weights["down_rotation"][0].size(0)
            if n == 64:
                q, scale = ops.herd.silu_mul_quantize(gate_up, scale, self.int8_bits)
            else:
                q, scale = ops.herd.quantize(self.rotate_down(ops.herd.silu_mul(gate_up.mul_(scale))), self.int8_bits)
            ops.herd.add_scaled(x, self.multiply_int8("down_proj", i, q, kind), scale)
        else:
            x = self.add_linear_to(x, "o_proj", i, attended)
            gate_up = self.linear("gate_up_proj", i, self.rms_norm("post_attention_layernorm", i, x))
            x = self.add_linear_to(x, "down_proj", i, self.rotate_down(ops.herd.silu_mul(gate_up)))
        return x

    # [tokens, hidden] -> [tokens, (n_heads + 2 * n_kv_heads) * head_dim], and by what its tokens are still to be scaled: [tokens, 1],
    # or nothing
    def projected(self, i: int, x: Tensor) -> Tuple[Tensor, Tensor]:
        if self.int8_bits > 7:
            q, scale = ops.herd.norm_quantize(x, self.norm_eps, self.int8_bits)
            qkv = self.multiply_int8("qkv_proj", i, q, self.any_norm().dtype)
        else:
            qkv = self.linear("qkv_proj", i, self.rms_norm("input_layernorm", i, x))
            scale = torch.empty([0])
        return qkv, scale

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
        n, t, nq, nk = x.size(0), x.size(1), self.n_heads, self.n_kv_heads
        x = x.view([n * t, -1])
        cache = self.slices(capacity, row, n)
        before = self.slices(prefix, 0, 1) if in_place > 0 else cache
        end = start + t - in_place
        at = positions.view([-1])
        for i in range(self.n_layers):
            qkv, scale = self.projected(i, x)
            keys, values = cache[2 * i], cache[2 * i + 1]
            ops.herd.append(qkv, self.rope[0], at, keys, values, scale, start - in_place)
            heads = qkv.view([n, t, nq + 2 * nk, self.head_dim])
            queries = heads.narrow(2, 0, nq)
            if self.sees_cache:
                o = ops.herd.attend(qkv, keys, values, start, before[2 * i], before[2 * i + 1], in_place)
                if mask is not None:
                    seen_keys, seen_values = self.seen(before, cache, i, in_place, end)
                    masked = self.masked_attention(queries.narrow(1, t - tail, tail), seen_keys, seen_values, mask)
                    o.view([n, t, -1]).narrow(1, t - tail, tail).copy_(masked.view([n, tail, -1]))
            elif mask is not None:
                seen_keys, seen_values = self.seen(before, cache, i, in_place, end)
                o = self.masked_attention(queries, seen_keys, seen_values, mask)
            else:
                kv = heads.narrow(2, nq, 2 * nk).transpose(1, 2)
                o = self.causal_attention(queries, kv.narrow(1, 0, nk), kv.narrow(1, nk, nk))
            x = self.after_attention(i, x, o)
        return x.view([n, t, -1])

    # Keys and values of layer i for plain operators: rows' own, up to `end`, behind what they read in place, which is copied
    def seen(self, before: List[Tensor], cache: List[Tensor], i: int, in_place: int, end: int) -> Tuple[Tensor, Tensor]:
        keys, values = cache[2 * i].narrow(2, 0, end), cache[2 * i + 1].narrow(2, 0, end)
        if in_place > 0:
            size = [keys.size(0), keys.size(1), in_place, keys.size(3)]
            keys = torch.cat([before[2 * i].narrow(2, 0, in_place).expand(size), keys], 2)
            values = torch.cat([before[2 * i + 1].narrow(2, 0, in_place).expand(size), values], 2)
        return keys, values

    def decode(
        self, x: Tensor, capacities: List[int], rows: List[int], tokens: List[int], at: Tensor, prefixes: List[int]
    ) -> Tensor:
        x = self.embed(at[0] if "embed_tokens" in self.weights else x)
        caches: List[List[Tensor]] = []
        for a in range(len(rows)):
            caches.append(self.slices(capacities[a], 0, rows[a]))
        where: List[int] = []  # the prefixes' addresses and tokens
        for prefix in prefixes:
            whole = self.caches[prefix][0]
            where.extend([ops.herd.address(whole), whole.size(3)])
        table = torch.tensor(where, dtype=torch.int64).view([-1, 2])
        out = torch.empty([x.size(0), self.n_heads * self.head_dim], dtype=self.any_norm().dtype)
        for i in range(self.n_layers):
            qkv, scale = self.projected(i, x)
            first = 0
            for a in range(len(rows)):
                keys, values = caches[a][2 * i], caches[a][2 * i + 1]
                ops.herd.decode(qkv, self.rope[0], at, keys, values, scale, out, first, tokens[a], table, i)
                first += tokens[a]
            x = self.after_attention(i, x, out)
        return x

    # Cosines, then sines: [positions, head_dim]
    def build_rope(self, inverse_frequencies: Tensor, positions: int) -> None:
        at = torch.arange(positions, dtype=torch.float32).unsqueeze(1)
        angle = at * inverse_frequencies.unsqueeze(0)
        self.rope.clear()
        self.rope.append(torch.cat([angle.cos(), angle.sin()], 1))
