class Llama(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  n_layers : int
  n_heads : int
  n_kv : int
  head_dim : int
  eps : float
  flash : bool
  onednn : bool
  loading : List[Tensor]
  embed : List[Tensor]
  rope : List[Tensor]
  norms : List[Tensor]
  signs : List[Tensor]
  matrices : List[Tensor]
  middle_waves : List[Tensor]
  last_logits : List[Tensor]
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  caches : Dict[int, List[Tensor]]
  def allocate(self: __torch__.Llama, rows: int, columns: int, dtype: int, device: str) -> int:
    torch.clear(self.loading)
    _0 = torch.append(self.loading, torch.empty([rows, columns], dtype=dtype, device=torch.device(device)))
    return rows
  def fill(self: __torch__.Llama, row: int, raw: Tensor, rows: int, columns: int, dtype: int) -> int:
    piece = torch.view(torch.view_copy(raw, dtype=dtype), [rows, columns])
    _0 = torch.copy_(torch.narrow(self.loading[0], 0, row, rows), piece)
    return rows
  def blocked(self: __torch__.Llama, w: Tensor) -> Tensor:
    out = w
    fast = self.onednn
    if torch.__and__(fast, torch.ne(ops.prim.dtype(w), 6)):
      fast = ops.mkldnn._is_mkldnn_bf16_supported()
    if fast:
      out = ops.mkldnn._reorder_linear_weight(w, 64)
    return out
  def quantized(self: __torch__.Llama, w: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
    scales = torch.to(torch.clamp(torch.div(torch.amax(torch.abs(w), [1]), 127.), 1e-12), 7)
    zeros = torch.zeros([torch.size(w, 0)], dtype=4)
    return ops.quantized.linear_prepack(torch.quantize_per_channel(w, scales, zeros, 0, 12))
  def hartley(self: __torch__.Llama, n: int) -> Tensor:
    i = torch.arange(n, dtype=7)
    angle = torch.mul(torch.unsqueeze(i, 0), torch.unsqueeze(i, 1))
    turn = torch.mul(torch.remainder(angle, n), torch.div(6.283185307179586, n))
    return torch.to(torch.div(torch.add(torch.cos(turn), torch.sin(turn)), torch.sqrt(n)), 6)
  def block(self: __torch__.Llama, width: int) -> int:
    out = width
    if torch.eq(torch.remainder(width, 64), 0):
      out = 64
    return out
  def mixed(self: __torch__.Llama, x: Tensor) -> Tensor:
    out = x
    if torch.gt(torch.len(self.packed), 0):
      waves = self.middle_waves[0]
      out = torch.view(torch.matmul(torch.view(x, [-1, torch.size(waves, 0)]), waves), [torch.size(x, 0), torch.size(x, 1)])
    return out
  def turned(self: __torch__.Llama, x: Tensor) -> Tensor:
    n = self.block(torch.size(x, 1))
    m = torch.floordiv(torch.size(x, 1), n)
    inner = torch.matmul(torch.view(x, [-1, m, n]), self.hartley(n))
    return torch.reshape(torch.matmul(self.hartley(m), inner), [torch.size(x, 0), torch.size(x, 1)])
  def product(self: __torch__.Llama, kind: str, w: Tensor, int8: bool) -> int:
    if int8:
      last = torch.sub(torch.len(self.norms), 1)
      if torch.eq(kind, "residual"):
        q = self.turned(torch.mul(w, self.norms[last]))
        _0 = torch._set_item(self.norms, last, torch.ones_like(self.norms[last]))
      else:
        q = torch.contiguous(torch.t(self.turned(torch.contiguous(torch.t(w)))))
      if torch.eq(kind, "middle"):
        n = self.block(torch.size(w, 1))
        torch.clear(self.middle_waves)
        _1 = torch.append(self.middle_waves, self.hartley(n))
        q = torch.view(torch.matmul(torch.view(q, [-1, n]), self.middle_waves[0]), [torch.size(w, 0), torch.size(w, 1)])
      _2 = torch.append(self.packed, self.quantized(q))
    else:
      _3 = torch.append(self.matrices, self.blocked(w))
    return torch.size(w, 0)
  def norm(self: __torch__.Llama, w: Tensor) -> Tensor:
    out = w
    if self.flash:
      sign = torch.sub(1, torch.mul(2, torch.arange(2, dtype=ops.prim.dtype(w), device=ops.prim.device(w))))
      torch.clear(self.signs)
      _0 = torch.append(self.signs, torch.unsqueeze(sign, 1))
      out = torch.cat([w, w])
    return out
  def keep(self: __torch__.Llama, kind: str, int8: bool) -> int:
    w = self.loading[0]
    if torch.eq(kind, "embedding"):
      _0 = torch.append(self.embed, w)
    elif torch.eq(kind, "norm"):
      _1 = torch.append(self.norms, self.norm(torch.view(w, [-1])))
    else:
      _2 = self.product(kind, w, int8)
    torch.clear(self.loading)
    return torch.size(w, 0)
  def seal(self: __torch__.Llama, tied: bool, int8: bool) -> int:
    if tied:
      _0 = self.product("residual", self.embed[0], int8)
    if torch.__and__(int8, torch.gt(torch.len(self.embed), 0)):
      _1 = torch._set_item(self.embed, 0, self.turned(self.embed[0]))
    return torch.len(self.norms)
  def weights(self: __torch__.Llama) -> List[List[Tensor]]:
    return [self.embed, self.norms, self.matrices, self.middle_waves, self.signs]
  def packed_weights(self: __torch__.Llama) -> List[__torch__.torch.classes.quantized.LinearPackedParamsBase]:
    return self.packed
  def borrow(self: __torch__.Llama, weights: List[List[Tensor]], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase]) -> int:
    self.embed = weights[0]
    self.norms = weights[1]
    self.matrices = weights[2]
    self.middle_waves = weights[3]
    self.signs = weights[4]
    self.packed = packed
    return torch.len(self.norms)
  def rotations(self: __torch__.Llama, inverse_frequencies: Tensor, positions: int) -> int:
    w = self.norms[0]
    at = torch.unsqueeze(torch.arange(positions, dtype=6, device=ops.prim.device(w)), 1)
    angle = torch.mul(at, torch.unsqueeze(inverse_frequencies, 0))
    cos = torch.cos(angle)
    sin = torch.sin(angle)
    torch.clear(self.rope)
    _0 = torch.append(self.rope, torch.to(torch.cat([cos, cos], 1), ops.prim.dtype(w)))
    _1 = torch.append(self.rope, torch.to(torch.cat([torch.neg(sin), sin], 1), ops.prim.dtype(w)))
    return positions
  def empty_cache(self: __torch__.Llama, rows: int, tokens: int) -> Tensor:
    w = self.norms[0]
    if self.flash:
      by_token = torch.zeros([rows, tokens, self.n_kv, self.head_dim], dtype=ops.prim.dtype(w), device=ops.prim.device(w))
      out = torch.transpose(by_token, 1, 2)
    else:
      out = torch.zeros([rows, self.n_kv, tokens, self.head_dim], dtype=ops.prim.dtype(w), device=ops.prim.device(w))
    return out
  def arena(self: __torch__.Llama, capacity: int, kept: int, rows: int) -> int:
    new = annotate(List[Tensor], [])
    for i in range(torch.mul(2, self.n_layers)):
      cache = self.empty_cache(rows, capacity)
      if torch.gt(kept, 0):
        _0 = torch.copy_(torch.narrow(cache, 0, 0, kept), torch.narrow(self.caches[capacity][i], 0, 0, kept))
        _1 = torch._set_item(self.caches[capacity], i, torch.empty([0]))
      _2 = torch.append(new, cache)
    torch._set_item(self.caches, capacity, new)
    return rows
  def forget(self: __torch__.Llama) -> int:
    torch.clear(self.caches)
    torch.clear(self.last_logits)
    return 0
  def move(self: __torch__.Llama, capacity: int, row: int, to_capacity: int, to_row: int) -> int:
    length = ops.prim.min(capacity, to_capacity)
    for i in range(torch.mul(2, self.n_layers)):
      source = torch.narrow(torch.select(self.caches[capacity][i], 0, row), 1, 0, length)
      _0 = torch.copy_(torch.narrow(torch.select(self.caches[to_capacity][i], 0, to_row), 1, 0, length), source)
    return length
  def share(self: __torch__.Llama, tokens: int) -> int:
    new = annotate(List[Tensor], [])
    for i in range(torch.mul(2, self.n_layers)):
      _0 = torch.append(new, self.empty_cache(1, tokens))
    torch._set_item(self.caches, 0, new)
    return tokens
  def spread(self: __torch__.Llama, capacity: int, row: int, rows: int) -> int:
    prefix = self.caches[0]
    length = torch.size(prefix[0], 2)
    for i in range(torch.len(prefix)):
      _0 = torch.copy_(torch.narrow(torch.narrow(self.caches[capacity][i], 0, row, rows), 2, 0, length), prefix[i])
    return length
  def rms(self: __torch__.Llama, x: Tensor, i: int) -> Tensor:
    w = self.norms[i]
    if self.flash:
      width = torch.size(w, 0)
      both = torch.view(torch.mul(torch.unsqueeze(x, 1), self.signs[0]), [-1, width])
      out = torch.narrow(torch.layer_norm(both, [width], w, None, self.eps), 1, 0, torch.size(x, 1))
    else:
      out = torch.rms_norm(x, [torch.size(w, 0)], w, self.eps)
    return out
  def times(self: __torch__.Llama, x: Tensor, i: int) -> Tensor:
    if torch.gt(torch.len(self.packed), 0):
      largest = torch.clamp(torch.amax(torch.abs(x), [1], True), 1e-12)
      scaled = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(torch.div(x, largest), torch.div(1., 63.), 64, self.packed[i])
      out = torch.mul_(scaled, largest)
    else:
      w = self.matrices[i]
      if ops.prim.is_mkldnn(w):
        out = ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
      else:
        out = torch.linear(x, w)
    return out
  def plus_times(self: __torch__.Llama, residual: Tensor, x: Tensor, i: int) -> Tensor:
    if self.flash:
      out = torch.addmm_(residual, x, torch.t(self.matrices[i]))
    else:
      out = torch.add_(self.times(x, i), residual)
    return out
  def rotate(self: __torch__.Llama, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = torch.floordiv(self.head_dim, 2)
    swapped = torch.cat([torch.narrow(x, -1, half, half), torch.narrow(x, -1, 0, half)], -1)
    return torch.add_(torch.mul(x, cos), torch.mul_(swapped, sin))
  def mlp(self: __torch__.Llama, x: Tensor, i: int) -> Tensor:
    gate, up = torch.chunk(self.times(self.rms(x, torch.add(torch.mul(2, i), 1)), torch.add(torch.mul(4, i), 2)), 2, -1)
    return self.plus_times(x, self.mixed(torch.mul_(torch.silu(gate), up)), torch.add(torch.mul(4, i), 3))
  def grouped(self: __torch__.Llama, mask: Tensor) -> Tensor:
    return torch.repeat(mask, [1, 1, torch.floordiv(self.n_heads, self.n_kv), 1])
  def attend(self: __torch__.Llama, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
    n, t, nk = torch.size(q, 0), torch.size(q, 1), self.n_kv
    g = torch.floordiv(self.n_heads, nk)
    d = self.head_dim
    if torch.__is__(mask, None):
      keys = torch.repeat_interleave(k, g, 1)
      values = torch.repeat_interleave(v, g, 1)
      o = torch.transpose(torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), keys, values, None, 0., True), 1, 2)
    else:
      folded = torch.reshape(torch.permute(torch.view(q, [n, t, nk, g, d]), [0, 2, 3, 1, 4]), [n, nk, torch.mul(g, t), d])
      apart = torch.view(torch.scaled_dot_product_attention(folded, k, v, mask, 0., False), [n, nk, g, t, d])
      o = torch.permute(apart, [0, 3, 1, 2, 4])
    return torch.reshape(o, [torch.mul(n, t), torch.mul(torch.mul(nk, g), d)])
  def unequal(self: __torch__.Llama, q: Tensor, k: Tensor, v: Tensor, t: int, used: Tensor) -> Tensor:
    n, capacity = torch.size(k, 0), torch.size(k, 2)
    queries = torch.transpose(torch.view(q, [n, t, self.n_heads, self.head_dim]), 1, 2)
    at = torch.add(torch.unsqueeze(torch.sub(used, t), 1), torch.unsqueeze(torch.arange(t, device=ops.prim.device(q)), 0))
    seen = torch.arange(capacity, device=ops.prim.device(q))
    visible = torch.le(torch.view(seen, [1, 1, 1, -1]), torch.view(at, [n, 1, t, 1]))
    g = torch.floordiv(self.n_heads, self.n_kv)
    o = torch.scaled_dot_product_attention(queries, torch.repeat_interleave(k, g, 1), torch.repeat_interleave(v, g, 1), visible, 0., False)
    return torch.reshape(torch.transpose(o, 1, 2), [torch.mul(n, t), torch.mul(self.n_heads, self.head_dim)])
  def starts(self: __torch__.Llama, rows: int, t: int, capacity: int, device: Device) -> List[Tensor]:
    row = torch.arange(torch.add(rows, 1), dtype=3, device=device)
    return [torch.mul(row, t), torch.mul(row, capacity)]
  def flash_attend(self: __torch__.Llama, q: Tensor, k: Tensor, v: Tensor, t: int, used: Tensor, starts: List[Tensor]) -> Tensor:
    n, capacity, nk, d = torch.size(k, 0), torch.size(k, 2), self.n_kv, self.head_dim
    if ops.prim.is_cuda(q):
      keys = torch.view(torch.transpose(k, 1, 2), [torch.mul(n, capacity), nk, d])
      values = torch.view(torch.transpose(v, 1, 2), [torch.mul(n, capacity), nk, d])
      o, _0, _1, _2, _3 = torch._flash_attention_forward(q, keys, values, starts[0], starts[1], t, capacity, 0., True, False, seqused_k=used)
      out = torch.view(o, [torch.mul(n, t), torch.mul(self.n_heads, d)])
    else:
      out = self.unequal(q, k, v, t, used)
    return out
  def entered(self: __torch__.Llama, x: Tensor) -> Tensor:
    if torch.gt(torch.len(self.embed), 0):
      out = torch.embedding(self.embed[0], x)
    else:
      out = torch.to(x, ops.prim.device(self.norms[0]))
    return out
  def extend(self: __torch__.Llama, capacity: int, row: int, entered: Tensor, positions: Tensor, start: int, mask: Optional[Tensor]) -> Tensor:
    n = torch.size(entered, 0)
    t = torch.size(entered, 1)
    tokens = torch.mul(n, t)
    d = self.head_dim
    nq = self.n_heads
    nk = self.n_kv
    x = torch.view(entered, [tokens, -1])
    at = torch.view(positions, [-1])
    cos = torch.unsqueeze(torch.index_select(self.rope[0], 0, at), 1)
    sin = torch.unsqueeze(torch.index_select(self.rope[1], 0, at), 1)
    end = torch.add(start, t)
    used = torch.full([n], end, dtype=3, device=ops.prim.device(x))
    starts = self.starts(n, t, torch.size(self.caches[capacity][0], 2), ops.prim.device(x))
    cache = self.caches[capacity]
    for i in range(self.n_layers):
      qkv = torch.view(self.times(self.rms(x, torch.mul(2, i)), torch.mul(4, i)), [tokens, torch.add(nq, torch.mul(2, nk)), d])
      qk = self.rotate(torch.narrow(qkv, 1, 0, torch.add(nq, nk)), cos, sin)
      q = torch.view(torch.narrow(qk, 1, 0, nq), [n, t, nq, d])
      k = torch.transpose(torch.view(torch.narrow(qk, 1, nq, nk), [n, t, nk, d]), 1, 2)
      v = torch.transpose(torch.view(torch.narrow(qkv, 1, torch.add(nq, nk), nk), [n, t, nk, d]), 1, 2)
      kc = torch.narrow(cache[torch.mul(2, i)], 0, row, n)
      vc = torch.narrow(cache[torch.add(torch.mul(2, i), 1)], 0, row, n)
      _0 = torch.copy_(torch.narrow(kc, 2, start, t), k)
      _1 = torch.copy_(torch.narrow(vc, 2, start, t), v)
      if torch.__isnot__(mask, None):
        o = self.attend(q, torch.narrow(kc, 2, 0, end), torch.narrow(vc, 2, 0, end), mask)
      elif self.flash:
        o = self.flash_attend(torch.view(q, [tokens, nq, d]), kc, vc, t, used, starts)
      else:
        o = self.attend(q, k, v, mask)
      x = self.plus_times(x, o, torch.add(torch.mul(4, i), 1))
      x = self.mlp(x, i)
    return torch.view(x, [n, t, -1])
  def prefill(self: __torch__.Llama, x: Tensor, capacity: int, row: int, start: int) -> Tensor:
    entered = self.entered(x)
    n = torch.size(entered, 0)
    t = torch.size(entered, 1)
    here = torch.arange(start, torch.add(start, t), dtype=4, device=ops.prim.device(entered))
    positions = torch.expand(torch.unsqueeze(here, 0), [n, t])
    mask = annotate(Optional[Tensor], None)
    if torch.__and__(torch.gt(start, 0), torch.__not__(self.flash)):
      seen = torch.arange(torch.add(start, t), device=ops.prim.device(entered))
      visible = torch.le(torch.unsqueeze(seen, 0), torch.unsqueeze(here, 1))
      mask = self.grouped(torch.view(torch.to(torch.where(visible, 0., -inf), ops.prim.dtype(entered)), [1, 1, t, torch.add(start, t)]))
    return self.extend(capacity, row, entered, torch.contiguous(positions), start, mask)
  def logits(self: __torch__.Llama, x: Tensor) -> Tensor:
    return self.times(self.rms(x, torch.mul(2, self.n_layers)), torch.mul(4, self.n_layers))
  def head(self: __torch__.Llama, x: Tensor, rows: Tensor) -> int:
    h = torch.view(x, [-1, torch.size(x, -1)])
    if torch.gt(torch.numel(rows), 0):
      h = torch.index_select(h, 0, rows)
    torch.clear(self.last_logits)
    _0 = torch.append(self.last_logits, self.logits(h))
    return torch.size(h, 0)
  def kept_logits(self: __torch__.Llama) -> Tensor:
    return torch.to(self.last_logits[0], 6)
  def penalized(self: __torch__.Llama, x: Tensor, at: Tensor, divisors: Tensor, subtracted: Tensor) -> Tensor:
    flat = torch.view(x, [-1])
    v = torch.to(torch.index_select(flat, 0, at), 7)
    divided = torch.where(torch.gt(v, 0.), torch.div(v, divisors), torch.mul(v, divisors))
    new = torch.to(torch.sub(divided, subtracted), ops.prim.dtype(x))
    return torch.view(torch.index_copy(flat, 0, at, new), [torch.size(x, 0), torch.size(x, 1)])
  def likely(self: __torch__.Llama, p: Tensor, candidates: int, top_k: Tensor, top_p: Tensor, min_p: Tensor) -> Tuple[Tensor, Tensor]:
    k = torch.unsqueeze(top_k, 1)
    share = torch.unsqueeze(top_p, 1)
    any_k = torch.eq(k, 0)
    nucleus = torch.lt(share, 1.)
    top, _0 = torch.topk(p, candidates)
    rank = torch.unsqueeze(torch.arange(candidates, device=ops.prim.device(p)), 0)
    inside = torch.logical_or(any_k, torch.lt(rank, k))
    kept = torch.where(inside, top, 0.)
    before = torch.sub(torch.cumsum(kept, -1), kept)
    total = torch.where(any_k, 1., torch.sum(kept, [1], True))
    wanted = torch.logical_and(inside, torch.lt(before, torch.mul(share, total)))
    last = torch.sub(torch.clamp(torch.sum(wanted, [1], True), 1), 1)
    least = torch.where(torch.logical_and(any_k, torch.logical_not(nucleus)), 0., torch.gather(top, 1, last))
    least2 = torch.maximum(least, torch.mul(torch.unsqueeze(min_p, 1), torch.narrow(top, 1, 0, 1)))
    unseen = torch.lt(torch.sum(top, [1], True), share)
    missed = torch.logical_and(torch.logical_and(any_k, nucleus), unseen)
    if torch.eq(candidates, torch.size(p, 1)):
      missed = torch.zeros_like(missed)
    return (torch.where(torch.ge(p, least2), p, 0.), torch.squeeze(missed, 1))
  def drawn(self: __torch__.Llama, p: Tensor, uniform: Tensor) -> Tensor:
    cumulative = torch.cumsum(p, -1)
    last = torch.sub(torch.size(p, 1), 1)
    total = torch.narrow(cumulative, 1, last, 1)
    found = torch.searchsorted(cumulative, torch.mul(total, torch.unsqueeze(uniform, 1)), right=True)
    return torch.squeeze(torch.clamp(found, 0, last), 1)
  def scored(self: __torch__.Llama, ids: Tensor, logprobs: int) -> Tensor:
    lp = torch.log_softmax(torch.to(self.last_logits[0], 7), -1)
    at = torch.clamp(torch.unsqueeze(ids, 1), 0)
    values, others = torch.topk(lp, logprobs)
    return torch.cat([torch.to(torch.unsqueeze(ids, 1), 7), torch.gather(lp, 1, at), torch.to(others, 7), values], 1)
  def forbidden(self: __torch__.Llama, masks: Tensor, which: Tensor, vocabulary: int) -> Tensor:
    places = torch.arange(8, dtype=0, device=ops.prim.device(masks))
    bits = torch.bitwise_and(torch.bitwise_right_shift(torch.unsqueeze(masks, -1), places), 1)
    each = torch.narrow(torch.view(torch.to(bits, 11), [torch.size(masks, 0), -1]), 1, 0, vocabulary)
    return torch.index_select(each, 0, which)
  def pick(self: __torch__.Llama, suppressed: Tensor, suppress: Tensor, masks: Tensor, masked: Tensor, penalized: Tensor, divisors: Tensor, subtracted: Tensor, draw: bool, temperature: Tensor, uniform: Tensor, candidates: int, top_k: Tensor, top_p: Tensor, min_p: Tensor, logprobs: int) -> Tensor:
    x = self.last_logits[0]
    if torch.gt(torch.numel(penalized), 0):
      x = self.penalized(x, penalized, divisors, subtracted)
    if torch.gt(torch.numel(masks), 0):
      x = torch.masked_fill(x, self.forbidden(masks, masked, torch.size(x, 1)), -inf)
    if torch.gt(torch.numel(suppressed), 0):
      hit = torch.index_select(x, 1, suppressed)
      hit2 = torch.masked_fill(hit, torch.unsqueeze(suppress, 1), -inf)
      x = torch.index_copy(x, 1, suppressed, hit2)
    _0, greedy = torch.max(x, -1)
    out = greedy
    if draw:
      warm = torch.unsqueeze(torch.clamp(temperature, 1e-06), 1)
      p = torch.softmax(torch.div(torch.to(x, 7), warm), -1)
      if torch.gt(candidates, 0):
        p2, missed = self.likely(p, candidates, top_k, top_p, min_p)
        drawn = torch.masked_fill(self.drawn(p2, uniform), missed, -1)
      else:
        drawn = self.drawn(p, uniform)
      out = torch.where(torch.gt(temperature, 0.), drawn, greedy)
    if torch.gt(logprobs, 0):
      out = self.scored(out, logprobs)
    return out
  def decode(self: __torch__.Llama, entering: Tensor, capacities: List[int], rows: List[int], positions: Tensor) -> Tensor:
    x = self.entered(entering)
    b = torch.size(x, 0)
    d = self.head_dim
    nq = self.n_heads
    nk = self.n_kv
    g = torch.floordiv(nq, nk)
    device = ops.prim.device(x)
    cos = torch.unsqueeze(torch.index_select(self.rope[0], 0, positions), 1)
    sin = torch.unsqueeze(torch.index_select(self.rope[1], 0, positions), 1)
    used = torch.to(torch.add(positions, 1), 3)
    masks = annotate(List[Tensor], [])
    places = annotate(List[List[Optional[Tensor]]], [])
    starts = annotate(List[List[Tensor]], [])
    first = 0
    for j in range(torch.len(rows)):
      at = torch.narrow(positions, 0, first, rows[j])
      if self.flash:
        _5 = torch.append(starts, self.starts(rows[j], 1, capacities[j], device))
      else:
        visible = torch.le(torch.unsqueeze(torch.arange(capacities[j], device=device), 0), torch.unsqueeze(at, 1))
        _0 = torch.append(masks, torch.unsqueeze(torch.to(torch.where(visible, 0., -inf), ops.prim.dtype(x)), 1))
      _1 = torch.append(places, annotate(List[Optional[Tensor]], [torch.arange(rows[j], device=device), at]))
      first = torch.add(first, rows[j])
    scale = torch.pow(float(d), -0.5)
    for i in range(self.n_layers):
      qkv = torch.view(self.times(self.rms(x, torch.mul(2, i)), torch.mul(4, i)), [b, torch.add(nq, torch.mul(2, nk)), d])
      qk = self.rotate(torch.narrow(qkv, 1, 0, torch.add(nq, nk)), cos, sin)
      q = torch.narrow(qk, 1, 0, nq)
      if torch.__not__(self.flash):
        q = torch.mul(q, scale)
      k = torch.narrow(qk, 1, nq, nk)
      v = torch.narrow(qkv, 1, torch.add(nq, nk), nk)
      parts = annotate(List[Tensor], [])
      row = 0
      for a in range(torch.len(rows)):
        n = rows[a]
        capacity = capacities[a]
        kc = torch.narrow(self.caches[capacity][torch.mul(2, i)], 0, 0, n)
        vc = torch.narrow(self.caches[capacity][torch.add(torch.mul(2, i), 1)], 0, 0, n)
        _2 = torch.index_put_(torch.transpose(kc, 1, 2), places[a], torch.narrow(k, 0, row, n))
        _3 = torch.index_put_(torch.transpose(vc, 1, 2), places[a], torch.narrow(v, 0, row, n))
        if self.flash:
          attended = self.flash_attend(torch.narrow(q, 0, row, n), kc, vc, 1, torch.narrow(used, 0, row, n), starts[a])
        else:
          keys = torch.view(kc, [torch.mul(n, nk), capacity, d])
          values = torch.view(vc, [torch.mul(n, nk), capacity, d])
          queries = torch.view(torch.narrow(q, 0, row, n), [torch.mul(n, nk), g, d])
          s = torch.view(torch.bmm(queries, torch.transpose(keys, 1, 2)), [n, nq, capacity])
          p = torch.softmax(torch.add_(s, masks[a]), -1)
          attended = torch.view(torch.bmm(torch.view(p, [torch.mul(n, nk), g, capacity]), values), [n, torch.mul(nq, d)])
        _4 = torch.append(parts, attended)
        row = torch.add(row, n)
      o = parts[0]
      if torch.gt(torch.len(parts), 1):
        o = torch.cat(parts, 0)
      x = self.plus_times(x, o, torch.add(torch.mul(4, i), 1))
      x = self.mlp(x, i)
    return x
  def score(self: __torch__.Llama, entering: Tensor, capacity: int, row: int, lengths: Tensor, start: int, tail: Tensor, tail_depth: Tensor, tail_visible: Tensor) -> Tensor:
    n = torch.size(entering, 0)
    m = torch.size(tail, 0)
    if torch.gt(torch.len(self.embed), 0):
      entered = self.entered(torch.cat([entering, torch.expand(torch.unsqueeze(tail, 0), [n, m])], 1))
    else:
      entered = self.entered(entering)
    t = torch.sub(torch.size(entered, 1), m)
    device = ops.prim.device(entered)
    prompt_at = torch.expand(torch.unsqueeze(torch.arange(start, torch.add(start, t), dtype=4, device=device), 0), [n, t])
    tail_at = torch.add(torch.add(torch.unsqueeze(lengths, 1), torch.unsqueeze(tail_depth, 0)), start)
    positions = torch.cat([prompt_at, tail_at], 1)
    mask = annotate(Optional[Tensor], None)
    if torch.gt(torch.add(start, m), 0):
      key = torch.arange(torch.add(start, t), device=device)
      causal = torch.le(torch.unsqueeze(key, 0), torch.unsqueeze(torch.narrow(key, 0, start, t), 1))
      upper = torch.cat([torch.expand(torch.unsqueeze(causal, 0), [n, t, torch.add(start, t)]), torch.zeros([n, t, m], dtype=11, device=device)], 2)
      before = torch.lt(torch.unsqueeze(key, 0), torch.unsqueeze(torch.add(lengths, start), 1))
      lower = torch.cat([torch.expand(torch.unsqueeze(before, 1), [n, m, torch.add(start, t)]), torch.expand(torch.unsqueeze(tail_visible, 0), [n, m, m])], 2)
      visible = torch.unsqueeze(torch.cat([upper, lower], 1), 1)
      mask = self.grouped(torch.to(torch.where(visible, 0., -inf), ops.prim.dtype(entered)))
    return self.extend(capacity, row, entered, positions, start, mask)
  def labels(self: __torch__.Llama, x: Tensor, lengths: Tensor, m: int, pick_at: Tensor, pick_id: Tensor) -> Tensor:
    n = torch.size(x, 0)
    width = torch.size(x, 1)
    t = torch.sub(width, m)
    device = ops.prim.device(x)
    ends = torch.unsqueeze(torch.sub(lengths, 1), 1)
    tails = torch.expand(torch.unsqueeze(torch.arange(t, width, dtype=4, device=device), 0), [n, m])
    wanted = torch.add(torch.cat([ends, tails], 1), torch.unsqueeze(torch.mul(torch.arange(n, device=device), width), 1))
    h = torch.index_select(torch.flatten(x, 0, 1), 0, torch.view(wanted, [-1]))
    lp = torch.log_softmax(torch.to(self.logits(h), 6), -1)
    per_row = torch.view(lp, [n, torch.add(m, 1), -1])
    picked = torch.index_select(torch.flatten(per_row, 1, 2), 1, torch.add(torch.mul(pick_at, torch.size(lp, 1)), pick_id))
    return picked
  def forward(self: __torch__.Llama, ids: Tensor) -> Tensor:
    return ids
