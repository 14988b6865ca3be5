"""Random weights of true shapes, by the Hub's names: the same seed gives the same weights to Herd and to transformers."""
import zlib

import torch
from transformers import LlamaConfig, LlamaForCausalLM


class Weights:
    """Weights made when they are asked for, always the same ones. Rows of a product have length 1, so that nothing
    grows with the width of the model."""

    def __init__(self, config, device, seed=1):
        self.config, self.device, self.seed = config, device, seed
        hidden, middle = config["hidden_size"], config["intermediate_size"]
        queries = config["num_attention_heads"] * config["head_dim"]
        keys = config["num_key_value_heads"] * config["head_dim"]
        self.shapes = {"model.embed_tokens.weight": (config["vocab_size"], hidden), "model.norm.weight": (hidden,)}
        if not config["tie_word_embeddings"]:
            self.shapes["lm_head.weight"] = (config["vocab_size"], hidden)
        of_a_layer = {
            "input_layernorm": (hidden,),
            "self_attn.q_proj": (queries, hidden),
            "self_attn.k_proj": (keys, hidden),
            "self_attn.v_proj": (keys, hidden),
            "self_attn.o_proj": (hidden, queries),
            "post_attention_layernorm": (hidden,),
            "mlp.gate_proj": (middle, hidden),
            "mlp.up_proj": (middle, hidden),
            "mlp.down_proj": (hidden, middle),
        }
        for layer in range(config["num_hidden_layers"]):
            for name, shape in of_a_layer.items():
                self.shapes[f"model.layers.{layer}.{name}.weight"] = shape

    def __call__(self, name, dtype):
        shape = self.shapes[name]
        generator = torch.Generator(self.device).manual_seed(zlib.crc32(name.encode()) + self.seed)
        drawn = torch.randn(shape, generator=generator, device=self.device)
        scaled = drawn.mul_(0.1).add_(1) if len(shape) == 1 else drawn.mul_(shape[1] ** -0.5)
        return scaled.to(torch.bfloat16).to(dtype)  # exact in bfloat16, as published weights are


def transformers_model(config, weights, dtype, attention="sdpa"):
    """transformers' Llama with these weights, on their device."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(weights.device):
            net = LlamaForCausalLM._from_config(LlamaConfig(**config), attn_implementation=attention).eval()
    finally:
        torch.set_default_dtype(before)
    for name, parameter in net.named_parameters():
        parameter.data.copy_(weights(name, dtype))
    net.generation_config.eos_token_id = None  # no row ends early
    net.generation_config.pad_token_id = 0
    return net
