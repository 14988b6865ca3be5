"""What the runners share: the command line, the rows, and the line they print."""
import argparse, json, pathlib


def arguments(doc):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="folder in the Hub's layout")
    parser.add_argument("prompts", help="JSON lines with a prompt each")
    parser.add_argument("new_tokens", type=int)
    parser.add_argument("dtype", choices=["float32", "bfloat16"])
    parser.add_argument("--rows", type=int, help="only the first ROWS")
    return parser


def add_lookup(parser):
    parser.add_argument("--slots", type=int, default=256, help="rows at once")
    parser.add_argument("--lines", action="store_true", help="a row ends with its first line, not after NEW_TOKENS")
    parser.add_argument("--schema", type=pathlib.Path, help="JSON schema that texts keep to, with the end of which a row ends")
    parser.add_argument("--lookup", type=int, metavar="N", help="prompt lookup: propose N tokens that followed the last three before")


def read(path, rows):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][:rows]


def report(peer, dtype, rows, answers, tokens_in, tokens_out, seconds, loading=None):
    """answers: the text made for each row; the share that starts with the row's gold tells that peers did the same work."""
    line = {"peer": peer, "dtype": dtype, "rows": len(rows), "tokens_in": tokens_in, "tokens_out": tokens_out}
    line |= {"seconds": round(seconds, 2), "rows_per_s": round(len(rows) / seconds, 2), "tokens_out_per_s": round(tokens_out / seconds, 1)}
    if "gold" in rows[0]:
        line["correct"] = round(sum(a.strip().startswith(r["gold"]) for a, r in zip(answers, rows)) / len(rows), 3)
    if loading is not None:
        line["load_seconds"] = round(loading, 2)
    print(json.dumps(line), flush=True)
