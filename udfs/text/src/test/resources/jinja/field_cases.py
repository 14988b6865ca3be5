"""Writes field_cases.json: prompts that reports of other projects were about, as jinja2 renders them within transformers.

usage: field_cases.py, with a python that has transformers
"""

import json
import pathlib

from reference import rendered

HEADER = "<|start_header_id|>"
CLOSE = "<|end_header_id|>\n\n"
OPEN = "{% if add_generation_prompt %}" + HEADER + "assistant" + CLOSE + "{% endif %}"
TEMPLATES = {
    "and gives its operand": ("{{ a and ', ' }}{{ a }}|{{ a == 'x' and 'yes' or 'no' }}", [{"a": "x"}, {"a": ""}]),
    "arguments of filters": (
        "{{ xs | sort(attribute='n') | map(attribute='s') | join(',') }}|{{ xs | join('+', attribute='s') }}|{{ xs | map(attribute='d.k') | join(',') }}|{{ t | trim('x') }}"
        "|{{ t | truncate(9) }}|{{ xs[0].d | tojson }}",
        [{"t": "xxab cdef ghijkl mnopqx", "xs": [{"n": 2, "s": "b", "d": {"k": "K2"}}, {"n": 1, "s": "a", "d": {"k": "K1"}}]}]),
    "else of a loop": ("{% for t in tags %}{{ t }} {% else %}no tags{% endfor %}.", [{"tags": ["a", "b"]}, {"tags": []}]),
    "condition of a loop": (
        "{% for m in ms if m.role != 'system' %}[{{ m.c }}]{% endfor %} | {% for m in ms if m.role == 'system' %}<{{ m.c }}>{% endfor %}",
        [{"ms": [{"role": "system", "c": "Be brief."}, {"role": "user", "c": "Hi"}]}]),
    "minus behind braces": ("Change: {{ -x }} percent; rest {{ (y - 10) % 7 }}.", [{"x": 3, "y": 5}]),
    "not binds weakly": (
        "{% if not kind == 'spam' %}keep{% else %}drop{% endif %} {% if not kind in ['spam','ham'] %}other{% else %}known{% endif %}", [{"kind": "spam"}, {"kind": "news"}]),
    "a text that says False": (
        "{% if answer %}Answer: {{ answer }}{% endif %} / {{ answer or 'unknown' }} / {{ answer | default('none given', true) }}",
        [{"answer": "False"}, {"answer": "true"}, {"answer": ""}]),
}
TURN = HEADER + "{{ m.role }}" + CLOSE
CHATS = {
    "content in parts": (
        "{{ bos_token }}{% for m in messages %}" + TURN + "{% for c in m.content %}{% if c.type == 'text' %}{{ c.text | trim }}{% endif %}{% endfor %}<|eot_id|>{% endfor %}" + OPEN,
        ["user: How do I pick a lock?"]),
    "a date in date_string": (
        "{%- if not date_string is defined %}{%- set date_string = '26 Jul 2024' %}{%- endif %}{{- bos_token }}{{- '" + HEADER + "system" + CLOSE + "Today Date: ' + date_string + '<|eot_id|>' }}"
        "{%- for m in messages %}" + TURN + "{{ m.content }}<|eot_id|>{%- endfor %}" + OPEN,
        ["user: Which year is it?"]),
    "a tool's result is iterable": (
        "{{- bos_token }}{%- for m in messages %}{%- if m.role == 'tool' %}{{- '" + HEADER + "ipython" + CLOSE + "' }}{%- if m.content is mapping or m.content is iterable %}{{- m.content | tojson }}"
        "{%- else %}{{- m.content }}{%- endif %}{{- '<|eot_id|>' }}{%- else %}{{- '" + HEADER + "' + m.role + '" + CLOSE + "' + m.content | trim + '<|eot_id|>' }}{%- endif %}{%- endfor %}" + OPEN,
        ["user: Weather?", "assistant: calling", "tool: {\"t\": 21}", "user: So?"]),
    "not before a comparison": (
        "{{ bos_token }}{% for m in messages %}{% if not m['role'] == 'assistant' %}" + HEADER + "user" + CLOSE + "{{ m.content }}<|eot_id|>{% else %}" + HEADER + "assistant" + CLOSE
        + "{{ m.content }}<|eot_id|>{% endif %}{% endfor %}" + OPEN,
        ["user: Hi", "assistant: Hello", "user: Bye"]),
}


def chat(source, turns):
    messages = [dict(zip(("role", "content"), turn.split(": ", 1))) for turn in turns]
    if "in m.content %" in source:
        messages = [{**m, "content": [{"type": "text", "text": m["content"]}]} for m in messages]
    given = {"messages": messages, "bos_token": "<|begin_of_text|>", "add_generation_prompt": True, "date_string": "01 Feb 2025", "tools": None}
    return rendered(source, given)["text"]


def main():
    cases = [{"name": name, "template": source, "row": row, "text": rendered(source, row)["text"]} for name, (source, rows) in TEMPLATES.items() for row in rows]
    cases += [{"name": name, "chat_template": source, "turns": turns, "text": chat(source, turns)} for name, (source, turns) in CHATS.items()]
    text = "[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n"
    pathlib.Path(__file__).with_name("field_cases.json").write_text(text)


if __name__ == "__main__":
    main()
