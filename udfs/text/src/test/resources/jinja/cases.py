"""Writes cases.json: what jinja2 makes of templates that used to come out otherwise, and of what Jinja's documentation has.

usage: cases.py, with a python that has transformers
"""

import json
import pathlib
import re

from generator import CONTEXT
from reference import rendered

ROW = {
    "text": "Hello  World, it's \"fine\" <b>ok</b> é 😀", "n": 7, "x": 2.5, "big": 12345678901, "d": 1.0, "t": True, "f": False, "items": ["a", "b", "c"],
    "nums": [3, 1, 2], "m": {"k1": "v1", "k2": "v2"}, "empty": "", "z": 0, "s": "  pad  ", "author": {"name": "Ann", "age": 30}, "neg": -7, "small": 0.00001,
    "huge": 1e22,
}
MESSAGES = {
    "messages": [{"role": "system", "content": " Be brief.\n"}, {"role": "user", "content": "Hi {{ x }} é"}, {"role": "assistant", "content": "<think>a</think>False"},
                 {"role": "user", "content": "What's up, said \"Ann\"?"}, {"role": "tool", "content": "{\"t\": 21}"}],
    "add_generation_prompt": True, "bos_token": "<BOS>", "eos_token": "<EOS>", "tools": None,
}
ROWS = [line for line in """
{{ n / 2 }} {{ 10 / 5 }} {{ n // 2 }} {{ neg // 2 }} {{ neg % 3 }} {{ n % 4 }} {{ n ** 2 }} {{ x + 1 }} {{ x * 2 }}
{{ d }} {{ big }} {{ small }} {{ huge }} {{ t }} {{ f }} {{ true }} {{ none }} {{ 1e3 }} {{ 0.1 + 0.2 }} {{ 1/3 }} {{ big * big * big }}
a {{ -n }} b {{ -x }} {{ - n }} {{ +t }} {{ (n - 10) % 4 }}
{{ text | length }} {{ '😀' | length }} {{ text[:5] }} {{ text[2:5] }} {{ text[-4:] }} {{ text[6:] }} {{ text[-1:] }} {{ text[::-1] }} {{ '😀a'[0] }} {{ text | reverse }}
{{ text | upper }} {{ text | lower }} {{ text | title }} {{ text | capitalize }} {{ s | trim }} {{ text | first }} {{ text[0] }} {{ text[-1] }} {{ 'ABCD'[n - 5] }}
{{ text | truncate(9) }} {{ text | truncate(9, true) }} {{ text | replace('l','L') }} {{ text | wordcount }} {{ text | e }} {{ text | striptags }} {{ text | urlencode }}
{{ items | join(', ') }} {{ items | first }} {{ items | last }} {{ items[-1] }} {{ items[1:] | join('') }} {{ items[::-1] }} {{ items | length }}
{{ nums | sort | join }} {{ nums | sum }} {{ nums | max }} {{ nums | min }} {{ nums | sort(reverse=true) | join(',') }} {{ items | reverse | join }}
{{ items | tojson }} {{ m | tojson(indent=2) }} {{ text | tojson }} {{ author | tojson }} {{ items }} {{ m }} {{ nums }} {{ [n, x] }} {{ author }}
{{ items | unique | join }} {{ items | map('upper') | join }} {{ items | select('equalto','b') | join }} {{ items | reject('equalto','b') | join }} {{ items | batch(2) | list }}
{{ items | batch(2, 'x') | list }} {{ items | slice(2) | list }} {{ m | dictsort }} {{ m | items | list }} {{ text | list | length }}
{% for i in items %}{{ loop.index }}:{{ i }}{% if not loop.last %},{% endif %}{% endfor %}
{% for i in items %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.previtem }}{{ loop.nextitem }}{% endfor %}
{% for k, v in m.items() %}{{ k }}={{ v }};{% endfor %}{% for k in m %}{{ k }}{% endfor %}
{% for i in items if i != 'b' %}{{ loop.index }}/{{ loop.length }}{{ i }}{% endfor %}
{% for i in items %}{{ i }} {% else %}none{% endfor %}{% for i in [] %}x{% else %}none{% endfor %}
{% for c in 'a😀' %}<{{ c }}>{% endfor %}{% for i in range(3) %}{{ i }}{% endfor %}
{% for i in items recursive %}{{ i }}{% if loop.depth < 3 and i == 'a' %}({{ loop(['x', 'y']) }}){% endif %}{% endfor %}
{% for i in items %}{{ loop.cycle('odd', 'even') }}{{ loop.changed(i) }}{% if i == 'b' %}{% break %}{% endif %}{% continue %}never{% endfor %}
{{ 'yes' if t else 'no' }} {{ 'yes' if empty else 'no' }} {{ 'yes' if z else 'no' }} {{ 'yes' if items else 'no' }} {{ 'yes' if f }} {{ empty or 'dflt' }}
{{ 'False' or 'x' }} {% if 'false' %}yes{% endif %} {{ 'false' | default('x', true) }} {{ not 'False' }}
{{ empty | default('dflt') }} {{ empty | default('dflt', true) }} {{ z or 5 }} {{ t and 'x' }} {{ empty and 'x' }} {{ n > 5 and n < 10 }} {{ n == 7.0 }} {{ n == '7' }} {{ 1 < 2 < 3 }}
{{ not n == 7 }} {{ not n in nums }} {{ not n > 3 }} {{ not text is string }} {{ not (n == 8) }} {{ not not n }}
{{ 'a' ~ n ~ 'b' }} {{ 'a' + 'b' }} {{ items + ['d'] }} {{ 'b' in items }} {{ 'Hello' in text }} {{ 'k1' in m }} {{ 'x' not in items }} {{ '1' in [1, 2] }}
{{ author.name }} {{ author['age'] + 1 }} {{ m['k1'] }} {{ m.get('zz', 'none') }} {{ m.get('k1') }} {{ author.nope }} {{ nope }} {{ nope | default('d') }}
{{ x | round }} {{ x | round(1) }} {{ 2.567 | round(1) }} {{ 3.5 | int }} {{ '12' | int + 1 }} {{ n | float }} {{ n | string }} {{ '%.2f' | format(x) }} {{ neg | abs }} {{ true | int }}
{{ '%d items' % n }} {{ '%s-%s' % (n, x) }} {{ '{} and {}'.format(n, x) }} {{ '{0.name} {1[k1]}'.format(author, m) }} {{ '{:>6.2f}|{!r}'.format(x, text[:2]) }}
{{ text.split(',')[0] }} {{ text.split(' ', 1) }} {{ text.rsplit(' ', 1) }} {{ text.split() }} {{ text.startswith('Hello') }} {{ text.upper() }} {{ text.strip('H0') }} {{ text.replace('o','0') }}
{{ ','.join(items) }} {{ s.strip() }} {{ text.find('W') }} {{ text.count('l') }} {{ text.lower().title() }} {{ 'a-b'.partition('-') }} {{ '7'.isdigit() }} {{ 'ab'.removeprefix('a') }} {{ 'a\nb'.splitlines() }}
{{ x is number }} {{ text is string }} {{ items is iterable }} {{ text is iterable }} {{ text is sequence }} {{ zz is defined }} {{ n is odd }} {{ n is divisibleby(7) }} {{ m is mapping }} {{ empty is none }} {{ n is divisibleby 7 }}
{% set y = n + 1 %}{{ y }}{% set ns = namespace(c=0) %}{% for i in nums %}{% set ns.c = ns.c + i %}{% set y = i %}{% endfor %}{{ ns.c }}{{ y }}
{% set b %}a{{ n }}{% endset %}{{ b | length }}{% set c | upper %}a{{ n }}{% endset %}{{ c }}
{%- if t -%} a {%- endif -%} b {{- ' c' -}} d
{#- note -#} a {# n #} b {# c -#}   d
{% raw %}{{ x }}{% endraw %}{{ '{{' }}{{ "x\\ty" }}{{ 'it\\'s' }}{{ 'a' 'b' }}
{% if n > 9 %}big{% elif n > 3 %}mid{% else %}small{% endif %}
{% macro f(a, b='2') %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f('1') }}{{ f('1', b='3') }}{{ f(1, 2, 3, k=4) }}{{ f.name }}{{ f.arguments }}
{% macro f() %}<{{ caller(1) }}>{% endmacro %}{% call(i) f() %}in {{ i }}{% endcall %}
{% filter upper %}abc{{ n }}{% endfilter %}{% with a = n, b = 2 %}{{ a + b }}{% endwith %}{{ a }}
{% autoescape true %}{{ '<' }}{{ '<' | safe }}{% endautoescape %}{{ '<' | e ~ '<' }}{{ '<' | e + '<' }}
{{ [{'a': {'b': 2}}, {'a': {'b': 1}}] | map(attribute='a.b') | join('+') }} {{ [{'n': 2}, {'n': 1}] | sort(attribute='n') }} {{ [{'n': 2}, {}] | map(attribute='n', default=0) | list }}
{{ [{'r': 'u', 'n': 1}, {'r': 'a', 'n': 2}, {'r': 'u', 'n': 3}] | groupby('r') }} {{ [{'n': 1}, {'n': 2}] | sum(attribute='n') }} {{ [{'s': 'a'}, {'s': 'b'}] | join('+', attribute='s') }}
{{ 'xxab' | trim('x') }} {{ 'a\n\nb' | indent(2) }} {{ 'a\nb' | indent(2, true) }} {{ text | center(60) }} {{ 1000000 | filesizeformat }} {{ 'a b c' | wordwrap(3) }} {{ {'a b': 'c/d'} | urlencode }}
{{ strftime_now('%d %b %Y') }} {{ strftime_now('%B %-d, %Y') }} {{ strftime_now('%Y-%m-%d') }}
{{ range(3) }} {{ range(5, 0, -2) | list }} {{ m.keys() }} {{ m.items() | list }} {{ dict(a=1) }} {{ namespace(a=1) }} {{ (1,) }} {{ 1, 2 }} {{ cycler(1, 2).next() }}
{{ 1 if z }}{{ none is none }}{{ nope is undefined }}{{ items.0 }}{{ m.items }}
line1\n  {% if t %}\n  x\n  {% endif %}\ny\n
""".replace("{{ m.items }}", "").split("\n") if line]
ROWS += ["line1\n  {% if t %}\n  x\n  {% endif %}\ny\n", "a\n{# note #}\nb", "{{ n }}%", "a\r\nb\rc\n\n", "{% for i in items -%}\n  {{ i }}\n{%- endfor %}", "{{ 'a\\nb' }}"]
CHATS = [
    "{%- for m in messages if m.role != 'system' %}{{ m.role }}:{{ m.content }}|{% endfor %}", "{%- for m in messages if m['role'] == 'user' %}{{ loop.index }}{% if loop.last %}!{% endif %}{% endfor %}",
    "{% for m in messages[99:] %}x{% else %}NONE{% endfor %}", "{% set s = messages | selectattr('role', 'equalto', 'system') | list %}{{ s | length }}{{ (messages | rejectattr('role','equalto','system') | list)[0]['content'] }}",
    "{{ messages | map(attribute='content') | join('|') }}{{ messages[-1]['content'] }}{{ (messages | last).role }}", "{% for m in messages %}{% if m.content is string %}S{% endif %}{% if m.content is iterable %}{{ m.content | tojson }}{% endif %}{% endfor %}",
    "{% for m in messages %}{% if loop.previtem is defined %}{{ loop.previtem.role }}>{% endif %}{{ m.role }}{% if not loop.last %}<{{ loop.nextitem.role }}{% endif %};{% endfor %}",
    "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}X{% endif %}{{ m.role[0] }}{% endfor %}", "{{ messages[0] | tojson }}{{ messages | tojson(indent=2) }}",
    "{% for m in messages %}{% if not m['role'] == 'user' %}[{{ m.role }}]{% endif %}{% if m.content %}{{ m.content.split('</think>')[-1].lstrip('\\n') }}{% endif %}{% endfor %}",
    "{% set ns = namespace(n=messages|length - 1) %}{% for m in messages[::-1] %}{% set index = (messages|length - 1) - loop.index0 %}{{ index }}{{ ns.n }}{% endfor %}", "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}",
    "{{ add_generation_prompt and 'gen' or 'no' }}{{ add_generation_prompt }}{{ tools is none }}{{ tools is defined }}", "{% if messages[0].nothing == none %}N{% else %}U{% endif %}", "{{ raise_exception('no') }}", "{{ messages[0].nothing + 'x' }}",
    "{% set l = [] %}{% for m in messages %}{% set _ = l.append(m.role) %}{% endfor %}", "{%- if not date_string is defined %}{%- set date_string = '26 Jul 2024' %}{%- endif %}{{ date_string }}", "{% if false %}{{ a | nofilter }}{% endif %}ok", "{{ a | nofilter }}", "{% do x %}",
    "{% include 'x' %}", "{% if x %}", "{{ messages[0].content[:4] ~ bos_token }}{{ loop }}", "{{ self }}" if False else "{{ nope.x }}",
]
GENERAL = [
    "{{ %s }}" % e for e in re.split(r"(?<! )\|(?! )", """1 if t else 2|s.split('o')|ss | sort|ss | sort(case_sensitive=true)|mixed|nest | sum(start=[])|ms | groupby('role') | list|d.items|html | striptags|html | e|u | title|u | upper|u[1:4]|u | list
 |lines.splitlines(true)|pad.strip(' x\\n')|big // 7|big ** 3|-7 // 2|-7 % 3|7 % -3|7.5 // 2|-7.5 % 2|2 ** -1|0.1 + 0.2|1e16|1e15 + 0.5|100 * 1.1|h|i|g|f * 2|2 ** 0.5|9 | int + 1.0|'0x1f' | int(0, 16)|'1_0' | int|' 7 ' | int|'x' | int(9)|'1e3' | float
 |2.5 | round|3.5 | round|-2.5 | round|2.675 | round(2)|1234 | round(-2)|2.1 | round(0, 'ceil')|'%5.1f/%-5s/%05d/%+d/%x/%e/%g/%%' % (f, a, n, n, 255, h, i)|'{:>5}/{:<5}/{:^5}/{:05d}/{:,}/{:.3e}/{:%}/{:x}'.format(a, a, a, n, big, h, f, 255)
 |xs == [3, 1, 2]|(1, 2) == [1, 2]|1 == true|'a' < 'b'|[1, 2] < [1, 3]|1 < 'a'|none < 1|nope == none|nope in xs|'x' in nope|{1: 'a', 1.0: 'b', true: 'c'}|{'a': 1}.a|{'a': 1}['b']|d.nope|d.nope.x|xs[9]|xs['a']|xs[1.5]|s[none]|none.x|n.x
 |xs * 2|'ab' * 3|'ab' * -1|xs + (1,)|'a' + none|'a' ~ none ~ nope|n is sameas n|t is sameas true|xs is sameas xs|'' is escaped|('' | e) is escaped|range is callable|'A' is upper|'a1' is lower|1.0 is integer|true is integer|true is number|none is iterable|xs | map('nofilter')|xs | map('nofilter') | list
 |[3, none, 1] | sort|[] | first|[] | max|'' | last|xs | join(s)|s | join('-')|n | join|d | list|d | length|n | length|ms | map(attribute='n') | list|ms | selectattr('n') | list | length|ms | sort(attribute='content') | map(attribute='role') | list|pairs | list|dict(pairs)|'abc' | batch(2) | list
 |'👍é' | tojson|'👍é' | tojson(ensure_ascii=true)|'<>&' | tojson|1e22 | tojson|[1.0, true, none, 'a"'] | tojson|{'b': 1, 'a': [2]} | tojson(indent=2, sort_keys=true)|{1: 2, none: 3} | tojson|{(1, 2): 3} | tojson|nope | tojson|xs | tojson(separators=(',', ':'))|cycler() | string|joiner()()
 |'it is'.title()|'ABC def'.swapcase()|'ǆ'.title()|'ß'.upper()|'a\\tb'.expandtabs(4)|'7'.zfill(3)|'-7'.zfill(4)|'a'.center(4, '*')|'aXbX'.rsplit('X', 1)|'a,b'.partition(',')|'abc'.find('c', 1)|'abc'.index('z')|'aaa'.count('a', 1)|'aaa'.replace('a', 'b', 2)|'abc'.startswith(('x', 'a'))|' a b '.split(none, 1)|''.split()|''.split(',')
 |'{}'.format()|'{a}'.format(a=1)|'{0.__class__}'.format(1)|'{:d}'.format('x')|'%d' % 'x'|'%s %s' % 'x'|'%s' % (1, 2)|'%(a)s' % {'a': 1}|''.join([1])|[].append(1)|{}.update({})|''.__class__|().__class__.__base__|range(100001)|namespace(_a=1)|lipsum|f(1)|loop""".replace("\n ", ""))
]


def main():
    cases = []
    for context, sources in ((ROW, ROWS), (MESSAGES, CHATS), (CONTEXT, GENERAL)):
        for source in sources:
            used = {name: value for name, value in context.items() if name in source}
            result = rendered(source, used)
            if "0x" not in result.get("text", "") or "0x1f" in source:
                cases.append({"source": source, "context": used, **result})
    path = pathlib.Path(__file__).with_name("cases.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n", encoding="utf-8")
    print(len(cases), "cases,", sum("error" in case for case in cases), "of them fail")


if __name__ == "__main__":
    main()
