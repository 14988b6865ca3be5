"""The choice of tokens from logits against its definition, written down row by row in float64."""
import torch

ROWS, SPREAD = 32, 3.0


def forbidden_bits(allowed):
    """Masks as PassInputs packs them in Java: 64 tokens an integer, the first token's bit the lowest."""
    words = -(-allowed.shape[1] // 64)
    bits = torch.zeros(len(allowed), words * 64, dtype=torch.int64)
    bits[:, : allowed.shape[1]] = ~allowed
    powers = torch.tensor([1 << i for i in range(63)] + [-(1 << 63)])
    return (bits.view(len(allowed), words, 64) * powers).sum(-1).view(-1).tolist()


def lies(p, token, uniform):
    """Whether a token's share of the sum of p has the draw in it, within what rounding in float32 may move it."""
    below, total = p[:token].sum(), p.sum()
    off = 1e-5 * total
    return bool(p[token] > 0 and below - off <= uniform * total <= below + p[token] + off)


def kept(p, top_k, top_p, min_p):
    """p with 0 for what top-k, top-p and min-p leave out."""
    top, _ = p.sort(descending=True)
    top = top[: top_k or len(top)]
    before = top.cumsum(0) - top
    least = max(top[before < top_p * top.sum()].min(), min_p * top[0])
    return torch.where(p >= least * (1 - 1e-6), p, 0)


def checked(model):
    """What was looked at, and whether all rows were as defined."""
    module, v = model.stages[-1].module, model.config["vocab_size"]
    generator = torch.Generator().manual_seed(11)
    given = (torch.randn(ROWS, v, generator=generator) * SPREAD).to(model.dtype)
    uniform = torch.rand(ROWS, generator=generator, dtype=torch.float64).tolist()
    module.last_logits = [given.to(model.stages[-1].device)]
    x = given.double()
    pick = lambda **how: model.picked(model.how(**how)).cpu()

    allowed = torch.rand(2, v, generator=generator) < 0.01
    mask_of = [i % 2 for i in range(ROWS)]
    masked = x.masked_fill(~allowed[mask_of], -torch.inf)
    yield "masks", torch.equal(masked.gather(1, pick(masks=forbidden_bits(allowed), mask_of=mask_of)[:, None])[:, 0], masked.amax(1))

    ends = x.argmax(1).unique().tolist()
    some = torch.tensor([i % 2 == 0 for i in range(ROWS)])
    suppressed = x.clone()
    suppressed[:, ends] = torch.where(some[:, None], -torch.inf, suppressed[:, ends])
    picked = pick(suppressed=ends, suppress=some.long().tolist())
    yield "suppressed ends", torch.equal(suppressed.gather(1, picked[:, None])[:, 0], suppressed.amax(1))

    at = torch.cat([x.topk(3).indices + v * torch.arange(ROWS)[:, None]], 1).view(-1)
    values = x.view(-1)[at]
    changed = x.clone().view(-1)
    changed[at] = (torch.where(values > 0, values / 1.5, values * 1.5) - 0.25).to(model.dtype).double()
    changed = changed.view(ROWS, v)
    picked = pick(penalized=at.tolist(), divisors=[1.5] * len(at), subtracted=[0.25] * len(at))
    yield "penalties", torch.equal(changed.gather(1, picked[:, None])[:, 0], changed.amax(1))

    told, lp = pick(logprobs=4), x.log_softmax(1)
    ids, likeliest = told[:, 0].long(), told[:, 2:6].long()
    theirs = [told[:, 1] - lp.gather(1, ids[:, None])[:, 0], (told[:, 6:] - lp.gather(1, likeliest)).flatten()]
    best = torch.equal(lp.gather(1, likeliest), lp.topk(4).values)
    yield "log-probabilities", best and torch.cat(theirs).abs().max().item() < 1e-5

    for name, top_k, top_p, min_p in [("all", 0, 1, 0), ("top-k", 40, 1, 0), ("top-p", 0, 0.5, 0), ("min-p", 0, 1, 0.1), ("all three", 50, 0.8, 0.05)]:
        share = {"share": [float(top_p if top_k or top_p < 1 else 0)] * ROWS}
        more = {"top_k": [top_k] * ROWS} if top_k else {}
        more |= {"min_p": [float(min_p)] * ROWS} if min_p else {}
        ids = pick(temperature=[0.8] * ROWS, uniform=uniform, **share, **more).tolist()
        p = (x / 0.8).softmax(1)
        yield f"drawing, {name}", all(lies(kept(row, top_k, top_p, min_p), i, u) for row, i, u in zip(p, ids, uniform))
