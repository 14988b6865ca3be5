"""The shapes of Meta's Llamas as their config.json files tell them, and one small enough for a processor.

usage: configs.py NAME FOLDER    writes FOLDER/config.json, for ModuleWriter
"""
import json, math, pathlib, sys


def llama(hidden, layers, heads, head_dim, middle, tied, factor, vocabulary=128256, kv_heads=8, trained=8192, most=131072):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "head_dim": head_dim,
        "intermediate_size": middle,
        "vocab_size": vocabulary,
        "rms_norm_eps": 1e-5,
        "rope_theta": 500000.0,
        "rope_scaling": {
            "rope_type": "llama3",
            "factor": factor,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": trained,
        },
        "max_position_embeddings": most,
        "tie_word_embeddings": tied,
        "bos_token_id": 0,
        "eos_token_id": vocabulary - 1,
    }


CONFIGS = {
    "llama-3.2-1b": llama(2048, 16, 32, 64, 8192, True, 32.0),
    "llama-3.2-3b": llama(3072, 28, 24, 128, 8192, True, 32.0),
    "llama-3.1-8b": llama(4096, 32, 32, 128, 14336, False, 8.0),
    "llama-3.1-70b": llama(8192, 80, 64, 128, 28672, False, 8.0),
    "tiny": llama(128, 4, 8, 16, 256, False, 8.0, vocabulary=512, kv_heads=2, trained=64, most=2048),
}


def inverse_frequencies(config):
    """Radians per position for each pair of a head's elements, as Llama 3 stretches them (Rope.Llama3 in Java)."""
    scaling, half = config["rope_scaling"], config["head_dim"] // 2
    trained, low, high = (scaling[k] for k in ("original_max_position_embeddings", "low_freq_factor", "high_freq_factor"))

    def scaled(frequency):
        wavelength = 2 * math.pi / frequency
        if wavelength < trained / high:
            return frequency
        if wavelength > trained / low:
            return frequency / scaling["factor"]
        smooth = (trained / wavelength - low) / (high - low)
        return (1 - smooth) * frequency / scaling["factor"] + smooth * frequency

    return [scaled(config["rope_theta"] ** (-i / half)) for i in range(half)]


def main(name, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIGS[name], indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
