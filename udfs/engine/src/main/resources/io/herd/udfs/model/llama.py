# Llama in TorchScript: the layers of one pipeline stage, their KV cache, and the sampler.
#
# TorchScriptArchive puts this class into the archive that libtorch loads, without weights; LlamaScript is its Java face.
# libtorch reads an archive's code with TorchScript's ordinary front end, but for three things that the writer translates:
# the imports go (editors want them), torch.int64 and its kin become libtorch's numbers, torch.classes gets its full name.
#
# Shapes, in the order of their dimensions:
#   rows        sequences in a pass                 heads       n_heads queries or n_kv_heads keys and values
#   length      tokens of each row in the pass      head_dim    numbers in each head
#   tokens      rows * length, one row behind       hidden      width of the residual stream
#               the other                           group       n_heads / n_kv_heads, queries that share a key
#   capacity    tokens that a cache row can hold    vocabulary  different tokens
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor, inf, ops
from torch.nn import Module


class Llama(Module):
    __parameters__ = []
    __buffers__ = []
    training: bool

    n_layers: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    norm_eps: float
    flash: bool  # attention is one CUDA kernel for rows of any length (FlashAttention-2, Dao 2023)
    sees_cache: bool  # attention without a mask sees all that the cache holds, not the keys of its pass alone
    onednn: bool  # oneDNN multiplies
    int8_bits: int  # what int8 rounds activations to: 7 for fbgemm, which is llama.py's; 8 and 16 are fused.py's

    # Weights by their names on the Hub, those of layer i at i. q, k and v are one matrix, and so are gate and up: four
    # products a layer instead of seven. Of int8, fbgemm's products are in `packed`; fused.py's are here, and beside NAME lie
    # NAME_scale and NAME_zero, of each output channel.
    #   embed_tokens             [vocabulary, hidden]                              first stage
    #   input_layernorm          [hidden]                                          each layer
    #   qkv_proj                 [(n_heads + 2 * n_kv_heads) * head_dim, hidden]   each layer
    #   o_proj                   [hidden, n_heads * head_dim]                      each layer
    #   post_attention_layernorm [hidden]                                          each layer
    #   gate_up_proj             [2 * intermediate, hidden]                        each layer
    #   down_proj                [hidden, intermediate]                            each layer
    #   norm                     [hidden]                                          last stage
    #   lm_head                  [vocabulary, hidden]                              last stage
    #   signs                    [2, 1]                                            flash: see rms_norm
    #   down_rotation            [block, block]                                    int8: see rotate_down
    weights: Dict[str, List[Tensor]]
    packed: Dict[str, List[torch.classes.quantized.LinearPackedParamsBase]]

    # Arenas of cache rows by capacity, so that short rows don't pay for long ones: slice 2 * i has the keys of layer i,
    # slice 2 * i + 1 its values; with flash, slice i has the keys' heads and then the values'. An arena is one tensor, or
    # several of equally many slices, so that a row moves in one copy instead of two for each layer:
    # [slices, rows, heads, capacity, head_dim]. Arenas below 0 are prefixes that rows share.
    caches: Dict[int, List[Tensor]]
    rope: List[Tensor]  # cosines and sines: [positions, head_dim] each
    last_logits: List[Tensor]  # of the pass before: [rows, vocabulary]

    # ---- Loading: norms first; then matrices, each allocated, filled in pieces and packed, by several threads at once; then
    # all are kept in the order of the layers ----

    def allocate(self, rows: int, columns: int, dtype: int, device: str) -> Tensor:
        return torch.empty([rows, columns], dtype=dtype, device=torch.device(device))

    # Memory for one matrix after the other, the largest first, each until it is packed.
    def part(self, memory: Tensor, rows: int, columns: int) -> Tensor:
        return memory.view([-1]).narrow(0, 0, rows * columns).view([rows, columns])

    # raw: bytes on the host, of which the first `size` are the rows'. They become numbers where they are needed: view_copy is
    # a copy, which on the host would no longer be pinned.
    def fill(self, w: Tensor, row: int, raw: Tensor, size: int, rows: int, columns: int, dtype: int) -> None:
        there = raw.narrow(0, 0, size).to(w.device)
        w[row:row + rows] = torch.view_copy(there, dtype=dtype).view([rows, columns])

    # What an adapter adds to rows `first` and those behind of its matrix, in float32. x: [rows, columns]; a: [rank, columns];
    # b: [all rows, rank]
    def add_low_rank(self, x: Tensor, first: int, a: Tensor, b: Tensor, scale: float) -> None:
        x.addmm_(b.narrow(0, first, x.size(0)), a, beta=1., alpha=scale)

    # Gives these rows their lengths. lengths: [all rows, 1]
    def rescale_rows(self, x: Tensor, first: int, lengths: Tensor) -> None:
        x.mul_(lengths.narrow(0, first, x.size(0)) / x.square().sum([1], True).sqrt())

    # Rows of another type, into rows `row` and those behind.
    def put(self, w: Tensor, row: int, x: Tensor) -> None:
        w[row:row + x.size(0)] = x

    # Memory of the host that a GPU reads directly.
    def pinned_bytes(self, size: int) -> Tensor:
        return torch.empty([size], dtype=torch.uint8, pin_memory=True)

    def keep_norm(self, name: str, w: Tensor) -> None:
        w = w.view([-1])
        if self.flash:  # see rms_norm
            sign = 1 - 2 * torch.arange(2, dtype=w.dtype, device=w.device)
            self.weights["signs"] = [sign.unsqueeze(1)]
            w = torch.cat([w, w])
        self.keep(name, w)

    def keep(self, name: str, w: Tensor) -> None:
        if name not in self.weights:
            none: List[Tensor] = []
            self.weights[name] = none
        self.weights[name].append(w)

    # made: by pack_int8
    def keep_int8(self, name: str, made: Tuple[Tensor, Tensor, Optional[torch.classes.quantized.LinearPackedParamsBase]]) -> None:
        w, scales, packed = made
        if packed is not None:
            if name not in self.packed:
                none: List[torch.classes.quantized.LinearPackedParamsBase] = []
                self.packed[name] = none
            self.packed[name].append(packed)
        else:
            self.keep(name, w)
            self.keep(name + "_scale", scales)
            self.keep(name + "_zero", torch.zeros([scales.size(0)], dtype=torch.int32))

    # oneDNN's own layout, made once: MKL made its own at every product, 14 % of the time of decoding 32 rows. It is chosen
    # for 64 rows; bfloat16 has one where the processor has the instructions.
    def pack(self, w: Tensor, copy: bool) -> Tensor:
        fast = self.onednn
        if fast and w.dtype != torch.float32:
            fast = w.dtype == torch.bfloat16 and ops.mkldnn._is_mkldnn_bf16_supported()
        if fast:
            w = ops.mkldnn._reorder_linear_weight(w, 64)
        elif copy:
            w = w.clone()
        return w

    # Another lane's module: one copy of the weights, a cache for each.
    def share_weights(self) -> Dict[str, List[Tensor]]:
        return self.weights

    def share_packed(self) -> Dict[str, List[torch.classes.quantized.LinearPackedParamsBase]]:
        return self.packed

    def use_weights(
        self,
        weights: Dict[str, List[Tensor]],
        packed: Dict[str, List[torch.classes.quantized.LinearPackedParamsBase]],
    ) -> None:
        self.weights = weights
        self.packed = packed

    # ---- int8: rotations that cancel out (QuaRot, Ashkboos et al. 2024) ----
    # A few channels of a Llama's activations are many times larger than the others and would leave them no bits of the
    # seven. A rotation spreads them over all channels; with the weights on both sides rotated too, the result is the same.

    # A rotation that is its own inverse and spreads each number evenly: Hadamard's matrix of 64, which kernels apply by sums alone;
    # of other sizes the discrete Hartley transform. [n, n]
    def rotation(self, n: int) -> Tensor:
        if n == 64:
            out = torch.ones([1, 1])
            for _ in range(6):
                out = torch.cat([torch.cat([out, out], 1), torch.cat([out, -out], 1)], 0)
            out = out / 8.
        else:
            i = torch.arange(n, dtype=torch.float64)
            turns = i.unsqueeze(0) * i.unsqueeze(1)
            angle = turns.remainder(n) * (6.283185307179586 / n)
            out = ((angle.cos() + angle.sin()) / torch.sqrt(n)).to(torch.float32)
        return out

    def block(self, width: int) -> int:
        return 64 if width % 64 == 0 else width

    # The rotation of the residual stream, a transform within blocks and one across them: [any, hidden] -> same
    def rotate_stream(self, x: Tensor) -> Tensor:
        n = self.block(x.size(1))
        m = x.size(1) // n
        within = torch.matmul(x.view([-1, m, n]), self.rotation(n))
        return torch.matmul(self.rotation(m), within).reshape([x.size(0), x.size(1)])

    # The rotation of what down_proj reads, within blocks only, because it is computed in every pass: [any, intermediate]
    def rotate_down(self, x: Tensor) -> Tensor:
        if "down_rotation" in self.weights:
            rotation = self.weights["down_rotation"][0]
            x = torch.matmul(x.view([-1, rotation.size(0)]), rotation).view([x.size(0), x.size(1)])
        return x

    # The product `name` of layer i, of whatever type, rotated and quantized. What reads the residual stream is rotated on its
    # inputs and takes over the norm before it, whose weights would stand between two rotations; what writes it is rotated on
    # its outputs, and down_proj on its inputs, too. Values are rotated within heads, which attention adds up as they are, and o_proj
    # on its inputs. Packed for oneDNN, with its scales, or for fbgemm.
    def pack_int8(self, name: str, i: int, w: Tensor) -> Tuple[Tensor, Tensor, Optional[torch.classes.quantized.LinearPackedParamsBase]]:
        if name == "qkv_proj":
            values = w.narrow(0, (self.n_heads + self.n_kv_heads) * self.head_dim, self.n_kv_heads * self.head_dim)
            heads = values.view([self.n_kv_heads, self.head_dim, -1]).to(torch.float32)
            values.copy_(torch.matmul(self.rotation(self.head_dim), heads).view(values.size()))
            packed = self.quantize(w, self.weights["input_layernorm"][i])
        elif name == "gate_up_proj":
            packed = self.quantize(w, self.weights["post_attention_layernorm"][i])
        elif name == "lm_head":
            packed = self.quantize(w, self.weights["norm"][i])
        else:
            block = self.block(w.size(1)) if name == "down_proj" else self.head_dim
            packed = self.quantize(self.rotate_outputs(w, block), None)
        return packed

    # Once all products are packed: nothing is left of the norms that were folded into them, and tokens enter a stream that is
    # rotated.
    def finish_int8(self, intermediate: int) -> None:
        self.weights["down_rotation"] = [self.rotation(self.block(intermediate)).to(self.any_norm().dtype)]
        for name in ["input_layernorm", "post_attention_layernorm", "norm"]:
            if name in self.weights:
                for norm in self.weights[name]:
                    norm.fill_(1.)
        if "embed_tokens" in self.weights:
            w = self.weights["embed_tokens"][0]
            for rows in w.split(self.step(w.size(1))):
                rows.copy_(self.rotate_stream(rows.to(torch.float32)))

    # Rows of a matrix, or columns of one that is so high, that stay in a core's cache while they are rotated and quantized.
    def step(self, width: int) -> int:
        return max(1, 524288 // width)

    # [hidden, any] -> same in float32, rotated on its outputs, and on its inputs within blocks
    def rotate_outputs(self, w: Tensor, block: int) -> Tensor:
        out = torch.empty(w.size(), dtype=torch.float32)
        step = max(1, self.step(w.size(0)) // block) * block
        for given, rotated in zip(w.split(step, 1), out.split(step, 1)):
            x = self.rotate_stream(given.t().contiguous().to(torch.float32)).t()
            rotated.copy_(torch.matmul(x.reshape([-1, block]), self.rotation(block)).view(rotated.size()))
        return out

    # Symmetric, with a scale for each output channel; with the norm before it, which is folded in, also rotated on its inputs.
    # Piece by piece: a matrix of its size in float32 is twice or four times the model's own.
    def quantize(self, w: Tensor, norm: Optional[Tensor]) -> Tuple[Tensor, Tensor, Optional[torch.classes.quantized.LinearPackedParamsBase]]:
        out = torch.empty(w.size(), dtype=torch.int8)
        scales = torch.empty([w.size(0)], dtype=torch.float32)
        step = self.step(w.size(1))
        for given, quantized, scale in zip(w.split(step), out.split(step), scales.split(step)):
            x = given.to(torch.float32)
            if norm is not None:
                x = self.rotate_stream(x * norm)
            largest = (x.abs().amax([1]) / 127.).clamp(1e-12)
            quantized.copy_((x * largest.reciprocal().unsqueeze(1)).round_())
            scale.copy_(largest)
        out, packed = self.packed_int8(out, scales)
        return out, scales, packed

    # Packed for products; one of the two results is empty. w: int8 [out, in]; scales: [out]
    def packed_int8(
        self, w: Tensor, scales: Tensor
    ) -> Tuple[Tensor, Optional[torch.classes.quantized.LinearPackedParamsBase]]:
        zeros = torch.zeros([w.size(0)], dtype=torch.int64)
        q = torch._make_per_channel_quantized_tensor(w, scales.to(torch.float64), zeros, 0)
        return torch.empty([0]), ops.quantized.linear_prepack(q)

    # ---- Layers ----

    # Its type and device are the stage's.
    def any_norm(self) -> Tensor:
        return self.weights["input_layernorm"][0]

    # Root mean square norm (Zhang and Sennrich 2019): [tokens, hidden] -> same, of the weights' type. For CUDA, libtorch 2.7
    # has a single kernel for LayerNorm alone; that of x beside -x, whose mean is 0, is the RMS norm in its first half.
    def rms_norm(self, name: str, i: int, x: Tensor) -> Tensor:
        w = self.weights[name][i]
        if self.flash:
            width = w.size(0)  # 2 * hidden
            both = (x.unsqueeze(1) * self.weights["signs"][0]).view([-1, width])
            out = torch.layer_norm(both, [width], w, None, self.norm_eps).narrow(1, 0, x.size(1))
        elif x.dtype != w.dtype:
            out = torch.rms_norm(x, [w.size(0)], None, self.norm_eps).to(w.dtype).mul_(w)
        else:
            out = torch.rms_norm(x, [w.size(0)], w, self.norm_eps)
        return out

    # x times a weight: [tokens, in] -> [tokens, out]
    def linear(self, name: str, i: int, x: Tensor) -> Tensor:
        if self.int8_bits > 7 or len(self.packed) > 0:
            out = self.linear_int8(name, i, x)
        else:
            w = self.weights[name][i]
            if ops.prim.is_mkldnn(w):
                none: List[Optional[number]] = []
                out = ops.mkldnn._linear_pointwise(x, w, None, "none", none, "")
            else:
                out = torch.linear(x, w)
        return out

    # In int8, x gets a scale for each token, so that a row doesn't depend on its batch mates, and 7 bits: fbgemm adds pairs of products
    # in 16 bits, which 8 bits overflow.
    def linear_int8(self, name: str, i: int, x: Tensor) -> Tensor:
        largest = x.abs().amax([1], True).clamp(1e-12)  # [tokens, 1]
        w = self.packed[name][i]
        return ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x / largest, 1. / 63., 64, w).mul_(largest)

    # residual + linear(x), in place. With flash the product adds to the residual itself: a launch less.
    def add_linear_to(self, residual: Tensor, name: str, i: int, x: Tensor) -> Tensor:
        if self.flash:
            out = residual.addmm_(x, self.weights[name][i].t())
        elif residual.dtype != x.dtype:
            out = residual.add_(self.linear(name, i, x))
        else:
            out = self.linear(name, i, x).add_(residual)
        return out

    # Rotary embedding (RoFormer, Su et al. 2021) in place, the halves of a head apart as on the Hub: x is [tokens, heads,
    # head_dim], cos and sin are [tokens, 1, head_dim], the first half of sin with its sign turned.
    def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> None:
        half = self.head_dim // 2
        swapped = torch.cat([x[..., half:], x[..., :half]], -1)
        if self.flash:
            x.mul_(cos).addcmul_(swapped, sin)
        else:
            x.mul_(cos).add_(swapped.mul_(sin))

    # positions: [tokens]
    def rope_at(self, positions: Tensor) -> Tuple[Tensor, Tensor]:
        cos = self.rope[0].index_select(0, positions).unsqueeze(1)  # [tokens, 1, head_dim]
        sin = self.rope[1].index_select(0, positions).unsqueeze(1)
        return cos, sin

    # Queries of layer i, and its keys and values, in place for their positions: [tokens, hidden] -> [tokens, n_heads, head_dim],
    # [tokens, 2 * n_kv_heads, head_dim]
    def qkv(self, i: int, x: Tensor, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor]:
        nq, nk = self.n_heads, self.n_kv_heads
        qkv = self.linear("qkv_proj", i, self.rms_norm("input_layernorm", i, x)).view([-1, nq + 2 * nk, self.head_dim])
        self.rotate(qkv.narrow(1, 0, nq + nk), cos, sin)
        return qkv.narrow(1, 0, nq), qkv.narrow(1, nq, 2 * nk)

    # x + o(attended), then SwiGLU: x + down(silu(gate(norm(x))) * up(norm(x))). x: [tokens, hidden]
    def after_attention(self, i: int, x: Tensor, attended: Tensor) -> Tensor:
        x = self.add_linear_to(x, "o_proj", i, attended)
        normed = self.rms_norm("post_attention_layernorm", i, x)
        gate, up = self.linear("gate_up_proj", i, normed).chunk(2, -1)  # [tokens, intermediate] each
        return self.add_linear_to(x, "down_proj", i, self.rotate_down(torch.silu(gate).mul_(up)))

    # Into the stage: ids become embeddings; the hidden states of the stage before only change their device. A residual stream
    # is in float32 where products are in float16, since a few of its channels grow beyond what float16 holds, and in int8,
    # since rounding it to bfloat16 adds to the error and makes nothing faster.
    def embed(self, x: Tensor) -> Tensor:
        if "embed_tokens" in self.weights:
            out = torch.embedding(self.weights["embed_tokens"][0], x)
            if out.dtype == torch.float16 or self.int8_bits > 7:
                out = out.to(torch.float32)
        else:
            out = x.to(self.any_norm().device)
        return out

    # ---- Attention: of several tokens a row (prefill, score), of one (decode), and by CUDA's kernel (both) ----

    # Of prompts that begin in this pass. q: [rows, length, n_heads, head_dim]; k, v: [rows, n_kv_heads, length, head_dim];
    # result: [tokens, n_heads * head_dim]. Keys and values are repeated: with enable_gqa, libtorch 2.7.1 multiplies at
    # 25 GFLOP/s what it does at 65 to 90 with equal numbers of heads.
    def causal_attention(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        group = self.n_heads // self.n_kv_heads
        keys = k.repeat_interleave(group, 1)
        values = v.repeat_interleave(group, 1)
        o = torch.scaled_dot_product_attention(q.transpose(1, 2), keys, values, None, 0., True).transpose(1, 2)
        return o.reshape([q.size(0) * q.size(1), self.n_heads * self.head_dim])

    # Of prompts that go on, k and v from the cache, mask from `group_mask`. The queries of a group stand one behind the
    # other as if they were one head's, so that the cache isn't copied.
    def masked_attention(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
        n, t, nk, d = q.size(0), q.size(1), self.n_kv_heads, self.head_dim
        group = self.n_heads // nk
        folded = q.view([n, t, nk, group, d]).permute([0, 2, 3, 1, 4]).reshape([n, nk, group * t, d])
        o = torch.scaled_dot_product_attention(folded, k, v, mask, 0., False).view([n, nk, group, t, d])
        return o.permute([0, 3, 1, 2, 4]).reshape([n * t, nk * group * d])

    # A mask of queries and keys, for the queries of a group: [rows or 1, 1, length, seen] -> [.., 1, group * length, seen]
    def group_mask(self, visible: Tensor) -> Tensor:
        mask = torch.where(visible, 0., -inf).to(self.any_norm().dtype)
        return mask.repeat([1, 1, self.n_heads // self.n_kv_heads, 1])

    # Of one query a row over a whole arena: plain products, where a fused kernel is made for many queries.
    # q: [rows, n_heads, head_dim], scaled; keys, values: [rows, n_kv_heads, capacity, head_dim]; mask: [rows, 1, capacity]
    def decode_attention(self, q: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        n, nk, capacity, d = keys.size(0), keys.size(1), keys.size(2), keys.size(3)
        group = self.n_heads // nk
        k = keys.view([n * nk, capacity, d])
        v = values.view([n * nk, capacity, d])
        scores = torch.bmm(q.view([n * nk, group, d]), k.transpose(1, 2)).view([n, self.n_heads, capacity])
        p = scores.add_(mask).softmax(-1)
        return torch.bmm(p.view([n * nk, group, capacity]), v).view([n, self.n_heads * d])

    # Where each row begins among the queries, and in a slice, counted in tokens: [rows + 1] each. cache: of `slices`
    def cu_seqlens(self, cache: Tensor, length: int) -> List[Tensor]:
        row = torch.arange(cache.size(0) + 1, dtype=torch.int32, device=cache.device)
        return [row * length, row * (cache.stride(0) // cache.stride(2))]

    # The keys of each layer, or from head n_kv_heads on its values, as the kernel reads them: from the first row to the end of
    # the last, between which other layers lie, [.., n_kv_heads, head_dim] each
    def by_token(self, capacity: int, row: int, rows: int, head: int) -> List[Tensor]:
        nk, d = self.n_kv_heads, self.head_dim
        out: List[Tensor] = []
        for piece in self.caches[capacity]:
            x = piece.narrow(1, row, rows).narrow(2, head, nk)
            token = x.stride(3)
            tokens = (rows - 1) * (x.stride(1) // token) + x.size(3)
            out.extend(torch.as_strided(x, [x.size(0), tokens, nk, d], [x.stride(0), token, d, 1]).unbind(0))
        return out

    # Of the last tokens of each row's first `used`, `length` at most. q: [tokens, n_heads, head_dim]; k, v: of `by_token`; cache:
    # the slice that they lie in; used: [rows]; result: [tokens, n_heads * head_dim]
    def flash_attention(
        self, q: Tensor, k: Tensor, v: Tensor, cache: Tensor, length: int, used: Tensor, cu_seqlens: List[Tensor]
    ) -> Tensor:
        if q.is_cuda:
            o = torch._flash_attention_forward(
                q, k, v, cu_seqlens[0], cu_seqlens[1], length, cache.size(2), 0., True, False, seqused_k=used
            )[0]
            out = o.view([q.size(0), self.n_heads * self.head_dim])
        else:
            nk = self.n_kv_heads
            out = self.unfused_attention(q, cache.narrow(1, 0, nk), cache.narrow(1, nk, nk), used, cu_seqlens[0])
        return out

    # What CUDA's kernel computes, from plain operators, so that tests without a GPU run all of its path but the kernel.
    # keys, values: [rows, n_kv_heads, capacity, head_dim]; begin: where each row begins among the queries, [rows + 1]
    def unfused_attention(self, q: Tensor, keys: Tensor, values: Tensor, used: Tensor, begin: Tensor) -> Tensor:
        n, group = q.size(0), self.n_heads // self.n_kv_heads
        token = torch.arange(n, dtype=torch.int32, device=q.device)
        row = torch.searchsorted(begin, token, right=True) - 1
        at = used.index_select(0, row) + token - begin.index_select(0, row + 1)  # [tokens]
        seen = torch.arange(keys.size(2), device=q.device)
        visible = seen.view([1, 1, 1, -1]) <= at.view([n, 1, 1, 1])
        k = keys.index_select(0, row).repeat_interleave(group, 1)
        v = values.index_select(0, row).repeat_interleave(group, 1)
        o = torch.scaled_dot_product_attention(q.unsqueeze(2), k, v, visible, 0., False)
        return o.reshape([n, self.n_heads * self.head_dim])

    # ---- Passes: each takes ids, or the hidden states of the stage before, and gives hidden states ----

    # Several tokens a row, at the cache's positions from `start` on, into its rows from `row` on.
    # x: [rows, length, hidden] -> same; positions: [rows, length]; mask: of group_mask, or None for causal attention; with
    # sees_cache it is of the last `tail` tokens, and the others' attention is causal. Rows may read the first `in_place` tokens in
    # the arena `prefix`, where its rows are those behind; plain operators don't.
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
        x = x.view([n * t, -1])
        cos, sin = self.rope_at(positions.view([-1]))
        end = start + t
        used = torch.full([n], end, dtype=torch.int32, device=x.device)
        cache = self.slices(capacity, row, n)
        cu_seqlens: List[Tensor] = []
        flat_keys: List[Tensor] = []
        flat_values: List[Tensor] = []
        if self.flash:
            cu_seqlens = self.cu_seqlens(cache[0], t)
            flat_keys, flat_values = self.by_token(capacity, row, n, 0), self.by_token(capacity, row, n, nk)
        for i in range(self.n_layers):
            q, kv = self.qkv(i, x, cos, sin)
            queries, kv = q.view([n, t, nq, d]), kv.view([n, t, 2 * nk, d]).transpose(1, 2)
            if self.flash:
                cache[i].narrow(2, start, t).copy_(kv)
                o = self.flash_attention(q, flat_keys[i], flat_values[i], cache[i], t, used, cu_seqlens)
                if mask is not None:
                    seen = cache[i].narrow(2, 0, end)
                    last = queries.narrow(1, t - tail, tail)
                    masked = self.masked_attention(last, seen.narrow(1, 0, nk), seen.narrow(1, nk, nk), mask)
                    o.view([n, t, -1]).narrow(1, t - tail, tail).copy_(masked.view([n, tail, -1]))
            else:
                k, v = kv.narrow(1, 0, nk), kv.narrow(1, nk, nk)
                keys, values = cache[2 * i], cache[2 * i + 1]
                keys.narrow(2, start, t).copy_(k)
                values.narrow(2, start, t).copy_(v)
                if mask is not None:
                    o = self.masked_attention(queries, keys.narrow(2, 0, end), values.narrow(2, 0, end), mask)
                else:
                    o = self.causal_attention(queries, k, v)
            x = self.after_attention(i, x, o)
        return x.view([n, t, -1])

    # Prompts, or the next piece of them: ids [rows, length] -> [rows, length, hidden]
    def prefill(self, x: Tensor, capacity: int, row: int, start: int, prefix: int, in_place: int) -> Tensor:
        x = self.embed(x)
        n, t = x.size(0), x.size(1)
        here = torch.arange(start, start + t, dtype=torch.int64, device=x.device)
        positions = here.unsqueeze(0).expand([n, t])
        mask: Optional[Tensor] = None
        if start > 0 and not self.sees_cache:
            seen = torch.arange(start + t, device=x.device)
            visible = seen.unsqueeze(0) <= here.unsqueeze(1)  # [length, start + length]
            mask = self.group_mask(visible.view([1, 1, t, start + t]))
        return self.extend(x, capacity, row, start, positions.contiguous(), mask, 0, prefix, in_place)

    # The next token of each row, or, where some are proposed, several: tokens[a] of the first rows[a] rows of arena
    # capacities[a] for each a, -> [tokens, hidden]. All arenas share the products, where the time goes; attention is by arena.
    # at: [3, tokens], ids, positions, and rows in the arena, ascending, which come in one copy; x: nothing, or the hidden states
    # of the stage before. Where rows read prefixes in place, which plain operators don't, `at` is [5, tokens]: which of the arenas
    # `prefixes`, and how many tokens of it.
    def decode(
        self, x: Tensor, capacities: List[int], rows: List[int], tokens: List[int], at: Tensor, prefixes: List[int]
    ) -> Tensor:
        positions = at[1]
        x = self.embed(at[0] if "embed_tokens" in self.weights else x)
        cos, sin = self.rope_at(positions)
        masks: List[Tensor] = []
        used: List[Tensor] = []
        nk = self.n_kv_heads
        caches: List[List[Tensor]] = []
        flat_keys: List[List[Tensor]] = []
        flat_values: List[List[Tensor]] = []
        places: List[List[Optional[Tensor]]] = []  # of the new keys in an arena: row and position
        cu_seqlens: List[List[Tensor]] = []
        first = 0
        for a in range(len(rows)):
            here, row = positions[first:first + tokens[a]], at[2][first:first + tokens[a]]
            cache = self.slices(capacities[a], 0, rows[a])
            caches.append(cache)
            if self.flash:
                ends = self.cu_seqlens(cache[0], 1)
                ends[0] = torch.searchsorted(row, torch.arange(rows[a] + 1, device=x.device), out_int32=True)
                cu_seqlens.append(ends)
                used.append((here.index_select(0, ends[0].narrow(0, 1, rows[a]) - 1) + 1).to(torch.int32))
                flat_keys.append(self.by_token(capacities[a], 0, rows[a], 0))
                flat_values.append(self.by_token(capacities[a], 0, rows[a], nk))
            else:
                visible = torch.arange(capacities[a], device=x.device).unsqueeze(0) <= here.unsqueeze(1)
                masks.append(torch.where(visible, 0., -inf).to(self.any_norm().dtype).unsqueeze(1))
            place: List[Optional[Tensor]] = [row, here]
            places.append(place)
            first += tokens[a]
        scale = self.head_dim ** -0.5
        for i in range(self.n_layers):
            q, kv = self.qkv(i, x, cos, sin)
            if not self.flash:
                q = q * scale
            parts: List[Tensor] = []
            first = 0
            for a in range(len(rows)):
                n = tokens[a]
                own_q, own_kv = q[first:first + n], kv[first:first + n]
                if self.flash:
                    cache = caches[a][i]
                    torch.index_put_(cache.transpose(1, 2), places[a], own_kv)
                    k, v, most = flat_keys[a][i], flat_values[a][i], n - rows[a] + 1
                    o = self.flash_attention(own_q, k, v, cache, most, used[a], cu_seqlens[a])
                else:
                    keys, values = caches[a][2 * i], caches[a][2 * i + 1]
                    torch.index_put_(keys.transpose(1, 2), places[a], own_kv.narrow(1, 0, nk))
                    torch.index_put_(values.transpose(1, 2), places[a], own_kv.narrow(1, nk, nk))
                    if n > rows[a]:
                        row = at[2][first:first + n]
                        keys, values = keys.index_select(0, row), values.index_select(0, row)
                    o = self.decode_attention(own_q, keys, values, masks[a])
                parts.append(o)
                first += n
            o = parts[0]
            if len(parts) > 1:
                o = torch.cat(parts, 0)
            x = self.after_attention(i, x, o)
        return x

    # Prompts with a tail that holds the tokens of all labels side by side, each of which sees the prompt and its own label
    # (SpecInfer's tree attention, Miao et al. 2023): ids [rows, length] -> [rows, length + tail, hidden].
    # A tail's keys are overwritten by the next pass. labels: so many numbers as `sizes` says of each of
    #   lengths [rows]                the prompts' tokens, from `start` on
    #   tail, depths [tail] each      ids and distances from the prompt's end
    #   tail_visible [tail, tail]     which tail tokens each one sees, as 0 and 1
    #   read_at, read_ids [reads]     for label_logprobs
    def score(
        self, x: Tensor, capacity: int, row: int, start: int, prefix: int, in_place: int, labels: Tensor, sizes: List[int]
    ) -> Tensor:
        parts = labels.split_with_sizes(sizes)
        lengths, tail, depths = parts[0], parts[1], parts[2]
        n, m = x.size(0), tail.size(0)
        if "embed_tokens" in self.weights:
            x = self.embed(torch.cat([x, tail.unsqueeze(0).expand([n, m])], 1))
        else:
            x = self.embed(x)
        t = x.size(1) - m
        prompt_at = torch.arange(start, start + t, dtype=torch.int64, device=x.device).unsqueeze(0).expand([n, t])
        tail_at = lengths.unsqueeze(1) + depths.unsqueeze(0) + start
        positions = torch.cat([prompt_at, tail_at], 1)  # [rows, length + tail]
        mask: Optional[Tensor] = None
        masked = m > 0 or (start > 0 and not self.sees_cache)  # labels of one token are read where the prompt ends
        if masked:
            key = torch.arange(start + t, device=x.device)
            prompt = key.unsqueeze(0) < (lengths + start).unsqueeze(1)  # [rows, start + length]
            own_label = (parts[3] > 0).view([1, m, m])
            visible = torch.cat([prompt.unsqueeze(1).expand([n, m, start + t]), own_label.expand([n, m, m])], 2)
            if not self.sees_cache:
                causal = key.unsqueeze(0) <= key[start:start + t].unsqueeze(1)  # [length, start + length]
                no_tail = torch.zeros([n, t, m], dtype=torch.bool, device=x.device)
                upper = torch.cat([causal.unsqueeze(0).expand([n, t, start + t]), no_tail], 2)
                visible = torch.cat([upper, visible], 1)
            mask = self.group_mask(visible.unsqueeze(1))  # of the tail or all: [.., start + length + tail]
        return self.extend(x, capacity, row, start, positions, mask, m, prefix, in_place)

    # ---- KV cache ----

    # Part of an arena: [slices, rows, heads, tokens, head_dim]. For flash it lies token by token, as its kernel reads it, and all
    # slices of a row beside each other: a row that moves is one piece of memory, however large the arena is, where CUDA's
    # copies of what lies apart are split into pieces of 2 GiB; a token's keys and values are written in one launch. Processors
    # multiply faster with slices that are whole.
    def empty_cache(self, slices: int, rows: int, tokens: int) -> Tensor:
        w = self.any_norm()
        nk, d = self.n_kv_heads, self.head_dim
        if self.flash:
            by_row = torch.zeros([rows, slices, tokens, 2 * nk, d], dtype=w.dtype, device=w.device)
            out = by_row.permute([1, 0, 3, 2, 4])
        else:
            out = torch.zeros([slices, rows, nk, tokens, d], dtype=w.dtype, device=w.device)
        return out

    def slice_count(self) -> int:
        return self.n_layers if self.flash else 2 * self.n_layers

    # Of some rows: each slice, [rows, heads, capacity, head_dim]
    def slices(self, capacity: int, row: int, rows: int) -> List[Tensor]:
        out: List[Tensor] = []
        for piece in self.caches[capacity]:
            out.extend(piece.narrow(1, row, rows).unbind(0))
        return out

    # Slices that lie in one of an arena's tensors, which had `size` slices each.
    def some(self, arena: List[Tensor], size: int, first: int, count: int) -> Tensor:
        return arena[first // size].narrow(0, first % size, count)

    # Slices of each of an arena's tensors when there should be so many of these, or more: halves of halves, so that what lies
    # in one tensor of an arena lies in one, or fills several, of any other.
    def slices_of_each(self, tensors: int) -> int:
        size = self.slice_count()
        while size % 2 == 0 and size * tensors > self.slice_count():
            size = size // 2
        return size

    # Gives an arena `rows` rows, of which the first `kept` keep their content, in as many tensors. Each old tensor goes before
    # the next new one comes, so that no more than one is there twice.
    def resize_arena(self, capacity: int, kept: int, rows: int, tensors: int) -> None:
        none: List[Tensor] = []
        old = self.caches.get(capacity, none)
        if kept == 0:
            old.clear()
        size = self.slices_of_each(tensors)
        old_size = old[0].size(0) if kept > 0 else size
        step = min(size, old_size)
        arena: List[Tensor] = []
        for first in range(0, self.slice_count(), size):
            new = self.empty_cache(size, rows, capacity)
            if kept > 0:
                for at in range(0, size, step):
                    source = self.some(old, old_size, first + at, step).narrow(1, 0, kept)
                    new.narrow(0, at, step).narrow(1, 0, kept).copy_(source)
                for copied in range(first // old_size, (first + size) // old_size):
                    old[copied] = torch.empty([0])
            arena.append(new)
        self.caches[capacity] = arena

    def free_caches(self) -> None:
        self.caches.clear()
        self.last_logits.clear()

    # Copies a row over another, as many tokens of it as both can hold.
    def copy_row(self, capacity: int, row: int, to_capacity: int, to_row: int) -> None:
        if capacity == to_capacity:
            for piece in self.caches[capacity]:
                piece.select(1, to_row).copy_(piece.select(1, row))
        else:
            self.copy_rows(capacity, row, to_capacity, to_row, 1, min(capacity, to_capacity), 0)

    # Room for what prompts begin with, computed once; prefill writes it as row 0 of this arena.
    def allocate_prefix(self, prefix: int, tokens: int) -> None:
        self.caches[prefix] = [self.empty_cache(self.slice_count(), 1, tokens)]

    def free_prefix(self, prefix: int) -> None:
        self.caches.pop(prefix)

    # Copies the first tokens of a row, but for `skipped` ones, to the beginning of others.
    def copy_rows(
        self, capacity: int, row: int, to_capacity: int, to_row: int, to_rows: int, tokens: int, skipped: int
    ) -> None:
        source, target = self.caches[capacity], self.caches[to_capacity]
        size, to_size = source[0].size(0), target[0].size(0)
        step, n = min(size, to_size), tokens - skipped
        for first in range(0, self.slice_count(), step):
            given = self.some(source, size, first, step).narrow(1, row, 1).narrow(3, skipped, n)
            self.some(target, to_size, first, step).narrow(1, to_row, to_rows).narrow(3, 0, n).copy_(given)

    # The tables of rope_at; in float32, since bfloat16 can't tell positions above 256 apart. inverse_frequencies: [head_dim / 2]
    def build_rope(self, inverse_frequencies: Tensor, positions: int) -> None:
        w = self.any_norm()
        at = torch.arange(positions, dtype=torch.float32, device=w.device).unsqueeze(1)
        angle = at * inverse_frequencies.unsqueeze(0)  # [positions, head_dim / 2]
        cos = angle.cos()
        sin = angle.sin()
        self.rope.clear()
        self.rope.append(torch.cat([cos, cos], 1).to(w.dtype))
        self.rope.append(torch.cat([-sin, sin], 1).to(w.dtype))

    # ---- Head and sampler ----

    def lm_head(self, x: Tensor) -> Tensor:
        return self.linear("lm_head", 0, self.rms_norm("norm", 0, x))

    # What passes are given, on the device before a pass is queued: a copy from the host waits for all that is queued then.
    # A copy of it, since the host's memory belongs to the caller.
    def upload(self, x: Tensor) -> Tensor:
        return x.clone()

    # Computes the logits of chosen tokens of a pass for `sample`: of those that the first `tokens` numbers of `inputs` name,
    # or, when that is 0, of all. x: [.., hidden]
    def compute_logits(self, x: Tensor, inputs: Tensor, tokens: int) -> None:
        x = x.view([-1, x.size(-1)])
        if tokens > 0:
            x = x.index_select(0, inputs.narrow(0, 0, tokens))
        self.last_logits.clear()
        self.last_logits.append(self.lm_head(x))

    def float_logits(self) -> Tensor:
        return self.last_logits[0].to(torch.float32)

    # The next token of each row: ids [rows], -1 where `candidates` tokens don't make up a row's top-p; or with logprobs
    # [rows, 2 + 2 * logprobs], see with_logprobs. Penalties, masks, temperature, top-k, top-p, min-p: the order of
    # transformers. What no row asks for is empty, and costs nothing; nothing here waits for the device.
    #   draw         whether any row's temperature isn't 0
    #   wide         whether probabilities are in float64; in float32 they take GPUs a fraction of the time
    #   candidates   number of most likely tokens to rank; 0 when no row restricts its draw
    #   inputs       so many numbers as `sizes` says of each of the following, which come in one copy; * as bits of float64
    #     tokens [rows]                                    see compute_logits
    #     suppressed [any], suppress [rows]                tokens that some rows must not choose; 1 for those rows, else 0
    #     masks [any, vocabulary / 64], mask_of [rows]     bits of forbidden tokens, and which of these masks a row has
    #     penalized, divisors*, subtracted* [any] each     places in the flat logits, and what changes there
    #     temperature*, uniform* [rows] each               0 for greedy; draws from [0, 1)
    #     share*, top_k, min_p* [rows or 0] each           see restrict
    def sample(
        self, inputs: Tensor, sizes: List[int], draw: bool, wide: bool, candidates: int, logprobs: int
    ) -> Tensor:
        x = self.last_logits[0]
        real = torch.float64 if wide else torch.float32
        parts: List[Tensor] = []
        reals: List[Tensor] = []
        if inputs.numel() > sizes[0]:
            parts = inputs.split_with_sizes(sizes)
            reals = torch.view_copy(inputs, dtype=torch.float64).split_with_sizes(sizes)
            x = self.changed(x, parts, reals)
        _, greedy = x.max(-1)
        ids = greedy
        if draw:
            temperature = reals[8]
            p = (x / temperature.clamp(1e-06).to(real).unsqueeze(1)).softmax(-1)  # [rows, vocabulary]
            if candidates > 0:
                _, likeliest = x.topk(candidates)
                top = p.gather(1, likeliest).to(torch.float64)
                least, missed = self.restrict(top, reals[10], parts[11], reals[12])
                if candidates == p.size(1):
                    missed = torch.zeros_like(missed)
                p = torch.where(p >= least.to(real), p, 0.)
                ids = self.draw(p, reals[9]).masked_fill(missed, -1)
            else:
                ids = self.draw(p, reals[9])
            ids = torch.where(temperature > 0., ids, greedy)
        return self.with_logprobs(ids, logprobs, real) if logprobs > 0 else ids

    # Logits with penalties and masks: [rows, vocabulary] -> same; parts, reals: of `sample`
    def changed(self, x: Tensor, parts: List[Tensor], reals: List[Tensor]) -> Tensor:
        if parts[5].numel() > 0:
            x = self.penalize(x, parts[5], reals[6], reals[7])
        if parts[3].numel() > 0:
            x = x.masked_fill(self.forbidden(parts[3], parts[4], x.size(1)), -inf)
        if parts[1].numel() > 0:
            hit = x.index_select(1, parts[1]).masked_fill((parts[2] > 0).unsqueeze(1), -inf)
            x = x.index_copy(1, parts[1], hit)
        return x

    # Repetition penalty (CTRL, Keskar et al. 2019), then presence and frequency penalties together. x: [rows, vocabulary]
    def penalize(self, x: Tensor, at: Tensor, divisors: Tensor, subtracted: Tensor) -> Tensor:
        flat = x.view([-1])
        v = flat.index_select(0, at).to(torch.float64)
        divided = torch.where(v > 0., v / divisors, v * divisors)
        return flat.index_copy(0, at, (divided - subtracted).to(x.dtype)).view([x.size(0), x.size(1)])

    # Masks with a bit for each token become one with a boolean for each: [rows, vocabulary]
    def forbidden(self, masks: Tensor, mask_of: Tensor, vocabulary: int) -> Tensor:
        bytes = torch.view_copy(masks, dtype=torch.uint8).view([-1, (vocabulary + 63) // 64 * 8, 1])
        places = torch.arange(8, dtype=torch.uint8, device=masks.device)
        bits = bytes.bitwise_right_shift(places).bitwise_and(1)  # [any, vocabulary / 8, 8]
        each = bits.to(torch.bool).flatten(1, 2).narrow(1, 0, vocabulary)
        return each.index_select(0, mask_of)

    # The least probability that top-k, top-p (nucleus, Holtzman et al. 2020) and min-p (Nguyen et al. 2024) leave to a row, and
    # the rows for which the candidates didn't suffice: [rows, 1], [rows]. Top-p is a share of what top-k leaves.
    #   top [rows, candidates]    probabilities, from the highest on
    #   share [rows]              top-p, or 0 where neither it nor top-k restricts
    #   top_k [rows or 0]         the vocabulary where it doesn't restrict; empty when it restricts no row
    #   min_p [rows or 0]         empty when it restricts no row
    def restrict(self, top: Tensor, share: Tensor, top_k: Tensor, min_p: Tensor) -> Tuple[Tensor, Tensor]:
        n, last = top.size(0), top.size(1) - 1
        limit = share.unsqueeze(1)
        cumulative = top.cumsum(-1)
        if top_k.numel() > 0:
            rank = torch.arange(last + 1, device=top.device).unsqueeze(0)
            k = top_k.unsqueeze(1)
            cumulative = torch.where(rank < k, top, 0.).cumsum(-1)
            limit = torch.where(k <= last + 1, limit * cumulative.narrow(1, last, 1), limit)
        end = torch.searchsorted(cumulative, limit)  # of the likeliest tokens that make up the limit
        least = torch.where(limit > 0., top.gather(1, end.clamp(0, last)), 0.)
        if min_p.numel() > 0:
            least = torch.maximum(least, min_p.unsqueeze(1) * top.narrow(1, 0, 1))
        return least, (end > last).view([n])

    # Inverts the cumulative distribution at `uniform`: [rows]. First the block of tokens, then the token in it: sums over the
    # whole vocabulary take float64, and that takes GPUs long. p: [rows, vocabulary]
    def draw(self, p: Tensor, uniform: Tensor) -> Tensor:
        n, block = p.size(0), 256
        if p.size(1) % block > 0:
            p = torch.constant_pad_nd(p, [0, block - p.size(1) % block])
        blocks = p.view([n, -1, block])
        sums = blocks.sum([-1]).to(torch.float64)
        cumulative = sums.cumsum(-1)
        aim = cumulative.narrow(1, sums.size(1) - 1, 1) * uniform.unsqueeze(1)
        chosen = torch.searchsorted(cumulative, aim, right=True).clamp(0, sums.size(1) - 1)  # [rows, 1]
        inside = blocks.gather(1, chosen.unsqueeze(2).expand([n, 1, block])).squeeze(1).cumsum(-1, dtype=torch.float64)
        # Below the sum, which may have been rounded differently: a token without probability must not be drawn.
        most = inside.narrow(1, block - 1, 1) * 0.9999999999999999
        rest = torch.minimum(aim - (cumulative - sums).gather(1, chosen), most).clamp(0.)
        found = torch.searchsorted(inside, rest, right=True).clamp(0, block - 1)
        return (chosen * block + found).view([n])

    # [rows, 2 + 2 * n]: id, its log-probability before penalties and temperature, the n likeliest ids, theirs
    def with_logprobs(self, ids: Tensor, n: int, real: int) -> Tensor:
        lp = self.last_logits[0].log_softmax(-1, real)
        at = ids.unsqueeze(1).clamp(0)
        values, others = lp.topk(n)
        told = [ids.unsqueeze(1), lp.gather(1, at), others, values]
        return torch.cat([each.to(torch.float64) for each in told], 1)

    # Log-probabilities of all labels' tokens after `score`: [rows, reads]. x: [rows, length + tail, hidden]; read_at: 0 for
    # the prompt's end, else 1 + place in the tail; read_ids: the token whose log-probability is read there. exact: the labels'
    # own logits are computed in float32. bfloat16 has them in steps of 1/16 to 1/8, which shows in the odds of two labels;
    # of all other tokens' such errors little is left in their sum.
    def label_logprobs(self, x: Tensor, labels: Tensor, sizes: List[int], exact: bool) -> Tensor:
        parts = labels.split_with_sizes(sizes)
        lengths, tail, read_at, read_ids = parts[0], sizes[1], parts[4], parts[5]
        n, width = x.size(0), x.size(1)
        ends = (lengths - 1).unsqueeze(1)
        tails = torch.arange(width - tail, width, dtype=torch.int64, device=x.device).unsqueeze(0).expand([n, tail])
        offsets = (torch.arange(n, device=x.device) * width).unsqueeze(1)
        wanted = torch.cat([ends, tails], 1) + offsets  # [rows, 1 + tail]
        h = self.rms_norm("norm", 0, x.flatten(0, 1).index_select(0, wanted.view([-1])))
        logits = self.linear("lm_head", 0, h).to(torch.float32)
        if exact:
            head = "embed_tokens" if self.onednn else "lm_head"  # a tied one, where oneDNN's layout has no rows
            w = self.weights[head][0].index_select(0, read_ids)
            logits = logits.index_copy(1, read_ids, torch.linear(h.to(torch.float32), w.to(torch.float32)))
        lp = logits.log_softmax(-1)
        per_row = lp.view([n, tail + 1, -1]).flatten(1, 2)  # [rows, (1 + tail) * vocabulary]
        return per_row.index_select(1, read_at * lp.size(1) + read_ids)
