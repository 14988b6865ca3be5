"""Chats with tools and further arguments, as transformers' apply_chat_template writes them.

    arguments.py write     writes arguments.json: what it makes of short forms of public templates
    arguments.py render    those of standard input, one JSON object a line; each gets a line with `text` or `error`

An object has `source`, `messages`, `tools`, `kwargs` and perhaps `tool_source`, the template named tool_use.
"""

import json
import pathlib
import sys

import reference  # gives strftime_now its date
import tokenizers
import transformers

TOOLS = [
    {"type": "function", "function": {
        "name": "weather", "description": "Says how the weather is: °C, \"wind\" & <b>rain</b> 🌧.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string", "enum": ["Köln", "a'b"]}, "days": {"type": "integer", "default": 1.0}}, "required": ["city"]}}},
    {"name": "bare", "parameters": {"limit": 12345678901234567890, "least": 1e-7, "on": True, "none": None, "list": []}},
]
CHATS = [
    [{"role": "user", "content": "Is it raining?"}],
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "<think>\nwell\n</think>\n\nHello"}, {"role": "user", "content": "{{ x }}?"}],
]
KWARGS = [
    {}, {"enable_thinking": False}, {"enable_thinking": True, "style": {"tone": "calm", "levels": [1, 2.5, None]}},
    {"documents": [{"title": "One", "text": "Rain."}], "keep": 0, "raise_exception": "mine"},
]
END = "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
TURNS = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n" + END
SOURCES = [
    # as Qwen 3
    "{%- if tools %}{{- '<|im_start|>system\n# Tools\n<tools>' }}{%- for tool in tools %}{{- \"\n\" }}{{- tool | tojson }}{%- endfor %}{{- \"\n</tools><|im_end|>\n\" }}{%- endif %}" + TURNS,
    # as Llama 3.1, with its indents
    "{%- if not tools_in_user_message is defined %}{%- set tools_in_user_message = true %}{%- endif %}{%- if tools is not none %}{%- for t in tools %}{{- t | tojson(indent=4) }}{{- \"\n\n\" }}"
    "{%- endfor %}{%- endif %}{{ tools_in_user_message }}" + TURNS,
    # as Command R and Granite
    "{% if documents %}{% for d in documents %}Document {{ loop.index0 }}: {{ d.title }}\n{{ d['text'] }}\n{% endfor %}{% endif %}{{ style | default('plain') }}{{ keep is defined and not keep }}" + TURNS,
    "{% if tools is defined and tools %}{{ tools | map(attribute='name', default='none') | list }}{{ tools[0] }}{{ tools[-1].parameters.items() | list }}{% endif %}{{ raise_exception if raise_exception is string }}" + TURNS,
]


def tokenizer(source, tool_source):
    made = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer(tokenizers.models.WordLevel({"<BOS>": 0, "<EOS>": 1}, unk_token="<BOS>")), bos_token="<BOS>", eos_token="<EOS>")
    made.chat_template = source if tool_source is None else {"default": source, "tool_use": tool_source}
    return made


def applied(case):
    try:
        return {"text": tokenizer(case["source"], case.get("tool_source")).apply_chat_template(
            case["messages"], tools=case["tools"], tokenize=False, add_generation_prompt=True, **case["kwargs"])}
    except Exception as e:
        return {"error": f"{type(e).__name__}: {e}"}


def cases():
    for source in SOURCES:
        for chat in CHATS:
            for tools in (None, TOOLS):
                for kwargs in KWARGS:
                    yield {"source": source, "messages": chat, "tools": tools, "kwargs": kwargs}
    for tools in (None, TOOLS):
        yield {"source": SOURCES[2], "tool_source": SOURCES[0], "messages": CHATS[0], "tools": tools, "kwargs": {}}


def main():
    if sys.argv[1] == "write":
        lines = [json.dumps({**case, **applied(case)}, ensure_ascii=False) for case in cases()]
        pathlib.Path(__file__).with_name("arguments.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    else:
        for text in sys.stdin:
            case = json.loads(text)
            print(json.dumps({"source": case["source"], "context": {}, **applied(case)}))


if __name__ == "__main__":
    main()
