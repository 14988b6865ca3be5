"""Random Jinja templates that use everything there is: most of them render."""

import json

CONTEXT = {
    "a": "x", "b": "", "s": "hello world", "fl": "false", "u": "👍é ß日本 ab👩‍👩‍👧", "html": "<b>T&amp;C &eacute;</b> <!-- n --> \"q\" 'r'",
    "lines": "one\n  two\r\n\nthree\n", "tabs": "a\tb  c ", "pad": "  xx--pad--xx \n", "up": "ABC Def", "nums": "12,7,-3", "num": "42",
    "n": 3, "z": 0, "neg": -7, "big": 123456789012345678901234567890, "f": 2.5, "g": -0.1, "h": 1e22, "i": 1e-7, "t": True, "no": False,
    "none_": None, "xs": [3, 1, 2], "ss": ["b", "a", "C", "a"], "mixed": [1, "1", 1.0, True, None, [], {}], "e": [], "nest": [[1, 2], [3], []],
    "d": {"a": 1, "b": "y", "items": "own", "n": {"k": [1, 2]}}, "ed": {}, "ids": {"1": "one", "z": None},
    "ms": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi 👋", "n": 2}, {"role": "assistant", "content": "False", "n": 1}],
    "pairs": [["k", 1], ["v", 2]],
}
STRINGS = ["'x'", '"lo"', "''", "' '", "'\\n'", "'a,b,,c'", "'%s-%s'", "'{} {}'", "'ÄÖ ß'", "'\\u00e9\\x41\\t'", "'it\\'s'", "\"it's\"", "'👍'", "'1_0'", "' 7 '", "'0x1f'", "'l'", "'-'", "','"]
NUMBERS = ["0", "1", "2", "3", "7", "10", "1_000", "0x1f", "0b11", "0o7", "1.5", "2.0", "0.1", "1e3", "2.5e-3", "1e16", "123456789012", "99999999999999999999"]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.depth = 0
        self.locals = []
        self.loops = 0

    def context(self):
        keys = [k for k in CONTEXT if self.rng.random() > 0.03]
        return json.loads(json.dumps({k: CONTEXT[k] for k in keys}))

    def pick(self, *options):
        return self.rng.choice(options)

    def chance(self, p):
        return self.rng.random() < p

    def many(self, low, high, make, sep=""):
        return sep.join(make() for _ in range(self.rng.randint(low, high)))

    # ---- expressions, by kind; each may be of another kind now and then

    def num(self, d):
        if d <= 0 or self.chance(0.3):
            return self.pick("n", "z", "neg", "big", "f", "g", "h", "i", "t", *NUMBERS, "xs[0]", "d.a", "loop.index" if self.loops else "n")
        e = lambda: self.num(d - 1)
        return self.pick(
            lambda: f"{e()} {self.pick('+', '-', '*', '/', '//', '%')} {e()}",
            lambda: f"({e()} {self.pick('+', '-', '*', '/', '//', '%')} {e()})",
            lambda: f"{self.pick('n', '2', 'f', 'neg', 'z')} ** {self.pick('2', '3', '0', 'n', '-1', 'z')}",
            lambda: f"{self.pick('-', '+', '- ')}{e()}",
            lambda: f"{self.seq(d - 1)} | {self.pick('length', 'count')}",
            lambda: f"{self.text(d - 1)} | length",
            lambda: f"{e()} | {self.pick('abs', 'int', 'float', 'round', 'round(1)', 'round(-1)', 'round(2, §floor§)', 'round(method=§ceil§)', 'round(0, §common§)')}",
            lambda: f"{self.text(d - 1)} | {self.pick('int', 'int(5)', 'int(0, 16)', 'int(base=2)', 'int(-1, 0)', 'float', 'float(1.5)', 'wordcount')}",
            lambda: f"{self.pick('xs', 'nest', 'ms', 'e')} | {self.pick('sum', 'sum(start=1)', 'sum(attribute=§n§)', 'min', 'max', 'first', 'last')}",
            lambda: f"{self.text(d - 1)}.{self.pick('find', 'count', 'rfind', 'index', 'rindex')}({self.pick(*STRINGS)}{self.pick('', ', 1', ', 1, -1', ', -3')})",
            lambda: f"{self.seq(d - 1)}.{self.pick('count', 'index')}({self.any(0)})",
            lambda: f"{e()} if {self.truth(d - 1)} else {e()}",
            lambda: f"ms | {self.pick('selectattr', 'rejectattr')}('n', 'defined') | map(attribute='n') | {self.pick('sum', 'max', 'first', 'min')}",
            lambda: f"{self.pick('n', 'big', 'f', 'neg')}.{self.pick('real', 'imag', 'numerator', 'denominator', 'bit_length()', 'is_integer()', 'conjugate()')}",
        )()

    def text(self, d):
        if d <= 0 or self.chance(0.25):
            return self.pick("a", "b", "s", "fl", "u", "html", "lines", "tabs", "pad", "up", "nums", "num", *STRINGS, "ms[1].content", "d['b']", "d.b")
        e = lambda: self.text(d - 1)
        return self.pick(
            lambda: f"{e()} {self.pick('~', '+')} {e()}",
            lambda: f"({e()} ~ {self.any(d - 1)} ~ {e()})",
            lambda: f"{e()} * {self.pick('2', '0', 'n', '-1')}",
            lambda: f"({e()} if {self.truth(d - 1)} else {e()})",
            lambda: f"({e()})[{self.slice(d - 1)}]",
            lambda: f"{e()}[{self.pick('0', '-1', '1', 'n', '99', 'z')}]",
            lambda: f"{e()} | {self.text_filter(d - 1)}",
            lambda: f"{e()} | {self.text_filter(d - 1)}",
            lambda: f"{e()}.{self.text_method(d - 1)}",
            lambda: f"{e()}.{self.text_method(d - 1)}",
            lambda: f"{self.seq(d - 1)} | join({self.pick('', '§, §', 'd=§-§', 'n', '§+§, attribute=§role§', '§/§, §content§')})",
            lambda: f"{self.any(d - 1)} | {self.pick('string', 'tojson', 'tojson(indent=2)', 'tojson(sort_keys=true)', 'tojson(ensure_ascii=true)', 'tojson(separators=(§,§, §:§))', 'tojson(indent=0)')}",
            lambda: f"{self.pick('''§%s|%d§''', '''§%5.2f %x§''', '''§%-6s|%03d§''', '''§%r %s§''', '''§%+d%%%g§''', '''§%e %o§''', '''§%c%5s§''', '''§%#x %i§''')} {self.pick('%', '|format')}({self.any(d - 1)}, {self.num(d - 1)})" if self.chance(0.6) else f"'%s' % {self.any(d - 1)}",
            lambda: f"'%(a)s-%(b)r' % {{'a': {self.any(d - 1)}, 'b': {self.any(d - 1)}}}",
            lambda: f"{self.pick('''§{} {}§''', '''§{0}{1}{0}§''', '''§{x:>8}|{y!r}§''', '''§{:^9}|{:<6}§''', '''§{:5.1f}|{:,}§''', '''§{:08.3f} {:+}§''', '''§{0[0]} {1}§''', '''§{{}} {} {}§''', '''§{:x} {:b}§''', '''§{:e} {:%}§''', '''§{:.2} {:g}§''', '''§{:*^12} {:_}§''', '''§{0.real} {1:#x}§''')}.format({self.any(d - 1)}, {self.num(d - 1)}{self.pick('', ', x=a, y=' + self.any(0))})",
            lambda: f"{self.any(d - 1)} | default({e()}{self.pick('', ', true', ', boolean=true', ', false')})",
            lambda: f"nope | {self.pick('default', 'd')}({e()})",
            lambda: f"{self.pick('ss', 'nest', 'ms')} | map({self.pick('''§upper§''', '''§length§''', '''attribute=§role§''', '''attribute=§n§, default=§?§''', '''§replace§, §a§, §b§''', '''§join§, §-§''', '''§first§''', '''attribute=0''', '''§default§, §k§''')}) | join('|')",
            lambda: f"strftime_now({self.pick('''§%d %b %Y§''', '''§%Y-%m-%d %H:%M§''', '''§%B %-d, %y %A %j§''', '''§%a %U %W %V %u%w %%§''', '''§%x %X %p %I %e %D %F %T %R§''')})",
            lambda: f"{self.num(d - 1)} | filesizeformat{self.pick('', '(true)')}",
            lambda: f"{self.pick('d', 'ed', 'pairs', 's')} | urlencode",
            lambda: f"{self.pick('d', 'ids', 'ed')} | xmlattr{self.pick('', '(false)')}",
        )()

    def text_filter(self, d):
        return self.pick(
            "upper", "lower", "capitalize", "title", "trim", "trim('x ')", "trim(chars='-')", "replace('o', '0')", "replace('l', 'L', 1)", "replace('', '.')",
            "center(20)", "center", "indent", "indent(2)", "indent(2, true)", "indent('> ', first=true)", "indent(3, blank=true)", "truncate(9)", "truncate(5, true)",
            "truncate(7, false, '~', 0)", "truncate(8, leeway=0)", "truncate(6, end='')", "reverse", "e", "escape", "forceescape", "safe", "striptags", "urlencode",
            "string", "list", "first", "last", "wordwrap(6)", "wordwrap(5, false)", "wordwrap(7, wrapstring='|')", "wordwrap(4, true, '|', false)", "default('d')", "default('d', true)", "length", "wordcount", "batch(2) | list", "slice(2) | list",
            "map('upper') | list", "unique | join", "sort | join", "select('in', 'aeiou') | list", "tojson", "attr('upper')", "attr('nope')", "min", "max", "join('.')",
        )

    def text_method(self, d):
        s = lambda: self.pick(*STRINGS)
        return self.pick(
            lambda: self.pick("upper", "lower", "title", "capitalize", "swapcase", "strip", "lstrip", "rstrip", "casefold", "isdigit", "isalpha", "isalnum", "islower", "isupper",
                              "isspace", "istitle", "isnumeric", "isdecimal", "isascii", "isidentifier", "isprintable", "split", "rsplit", "splitlines", "expandtabs") + "()",
            lambda: f"{self.pick('strip', 'lstrip', 'rstrip')}({s()})",
            lambda: f"{self.pick('split', 'rsplit')}({s()}{self.pick('', ', 1', ', maxsplit=1', ', 0', ', -1')})",
            lambda: f"{self.pick('split', 'rsplit')}(none, 1)",
            lambda: f"{self.pick('startswith', 'endswith')}({self.pick(s(), '(' + s() + ', ' + s() + ')', s() + ', 1', s() + ', 1, 3')})",
            lambda: f"replace({s()}, {s()}{self.pick('', ', 1', ', -1', ', 0')})",
            lambda: f"{self.pick('center', 'ljust', 'rjust')}({self.pick('12', '12, §*§', '3', 'n')})",
            lambda: f"zfill({self.pick('8', '2')})",
            lambda: f"{self.pick('removeprefix', 'removesuffix')}({s()})",
            lambda: f"{self.pick('partition', 'rpartition')}({s()})",
            lambda: f"join({self.seq(d)})",
            lambda: "splitlines(true)",
            lambda: f"expandtabs({self.pick('4', '1')})",
            lambda: f"format({self.any(0)})",
            lambda: f"split({s()})[{self.pick('-1', '0')}].{self.pick('strip()', 'lstrip(§x§)', 'upper()')}",
        )()

    def slice(self, d):
        p = lambda: self.pick("", "0", "1", "2", "-1", "-2", "n", "99", "-99")
        return self.pick(f"{p()}:{p()}", f"{p()}:{p()}", f"{p()}:{p()}:{self.pick('1', '2', '-1', '-2', 'z', '')}", "::-1")

    def seq(self, d):
        if d <= 0 or self.chance(0.25):
            return self.pick("xs", "ss", "e", "nest", "ms", "pairs", "mixed", "range(4)", "range(1, 9, 3)", "range(5, 0, -2)", "[1, 2]", "(1, 'a')", "()", "[]", "u", "s", "d", "d.keys()", "d.values()", "d.items()", "(1,)")
        e = lambda: self.seq(d - 1)
        return self.pick(
            lambda: f"{e()}[{self.slice(d - 1)}]",
            lambda: f"{e()} + {e()}",
            lambda: f"{e()} * {self.pick('2', '0')}",
            lambda: "[" + self.many(0, 3, lambda: self.any(d - 1), ", ") + "]",
            lambda: "(" + self.many(1, 3, lambda: self.any(d - 1), ", ") + ",)",
            lambda: f"{e()} | {self.pick('list', 'sort', 'reverse | list', 'reverse', 'sort(reverse=true)', 'unique | list', 'batch(2) | list', 'batch(2, 0) | list', 'slice(2) | list', 'slice(3, 9) | list', 'map(§string§) | list', 'first', 'last')}",
            lambda: f"ms | {self.pick('selectattr', 'rejectattr')}({self.pick('''§n§''', '''§role§, §equalto§, §user§''', '''§role§, §ne§, §user§''', '''§role§, §in§, [§user§]''', '''§n§, §defined§''', '''§content§, §string§''')}) | list",
            lambda: f"{e()} | {self.pick('select', 'reject')}({self.pick('', '''§odd§''', '''§string§''', '''§none§''', '''§gt§, 1''', '''§in§, [1, 2]''', '''§divisibleby§, 2''', '''§defined§''', '''§mapping§''')}) | list",
            lambda: f"ss | sort(case_sensitive={self.pick('true', 'false')}{self.pick('', ', reverse=true')})",
            lambda: f"ms | sort(attribute={self.pick('''§role§''', '''§content§''', '''§role,content§''')})",
            lambda: f"{self.pick('d', 'ids', 'ed')} | {self.pick('dictsort', 'dictsort(false, §value§)', 'dictsort(reverse=true)', 'items | list', 'list')}",
            lambda: f"ms | groupby({self.pick('''§role§''', '''§n§, default=0''', '''§role§, case_sensitive=true''')})",
            lambda: f"{self.text(d - 1)}.split({self.pick('', *STRINGS)})",
            lambda: f"{e()}.copy()",
            lambda: f"ss | unique{self.pick('', '(true)')} | list",
            lambda: f"({e()} if {self.truth(d - 1)} else {e()})",
            lambda: f"ms | map(attribute={self.pick('''§role§''', '''§n§''', '''§content.0§''')}) | list",
        )()

    def dict(self, d):
        return self.pick(
            lambda: self.pick("d", "ed", "ids", "ms[0]", "d.n"),
            lambda: "{" + self.many(0, 3, lambda: f"{self.pick(*STRINGS, '1', 'n', 'true', 'none', '(1, 2)', '1.0')}: {self.any(d - 1)}", ", ") + "}",
            lambda: f"dict({self.pick('', 'a=1', 'd', 'd, c=2', 'pairs', 'pairs, k=a')})",
            lambda: f"{self.pick('d', 'ed')}.copy()",
        )()

    def truth(self, d):
        if d <= 0 or self.chance(0.15):
            return self.pick("t", "no", "a", "b", "n", "z", "xs", "e", "fl", "none_", "nope", "true", "False", "none", "d", "ed", "ms[0]", "f", "loop.first" if self.loops else "t", "loop.last" if self.loops else "no")
        e = lambda: self.truth(d - 1)
        return self.pick(
            lambda: f"not {e()}",
            lambda: f"{e()} and {e()}",
            lambda: f"{e()} or {e()}",
            lambda: f"({e()})",
            lambda: f"{self.num(d - 1)} {self.pick('==', '!=', '<', '>', '<=', '>=')} {self.num(d - 1)}",
            lambda: f"{self.num(0)} {self.pick('<', '<=', '==')} {self.num(0)} {self.pick('<', '>=', '!=')} {self.num(0)}",
            lambda: f"{self.text(d - 1)} {self.pick('==', '!=', '<', '>=')} {self.text(d - 1)}",
            lambda: f"{self.any(d - 1)} {self.pick('==', '!=')} {self.any(d - 1)}",
            lambda: f"{self.text(0)} {self.pick('in', 'not in')} {self.pick('ss', 's', '[§x§, §y§]', 'd', '(§x§,)', 'ms', 'd.keys()', 'nope')}",
            lambda: f"{self.num(0)} {self.pick('in', 'not in')} {self.pick('xs', 'mixed', 'range(9)', 'd.values()', '(1, 2)')}",
            lambda: f"not {self.any(0)} {self.pick('==', '!=', 'in')} {self.pick('ss', 'a', 's')}",
            lambda: f"{self.any(d - 1)} is {self.pick('', 'not ')}{self.test(d - 1)}",
            lambda: f"{self.pick('nope', 'd.nope', 'a', 'none_', 'ms[9]', 'd.a.b')} is {self.pick('', 'not ')}{self.pick('defined', 'undefined', 'none')}",
            lambda: f"{self.seq(d - 1)} {self.pick('==', '<', '!=')} {self.seq(d - 1)}",
        )()

    def test(self, d):
        return self.pick(
            "defined", "undefined", "none", "boolean", "true", "false", "integer", "float", "number", "string", "mapping", "iterable", "sequence", "callable", "escaped",
            "lower", "upper", "odd", "even", "divisibleby(3)", "divisibleby 2", "eq(1)", "== 1", "equalto 'x'", "ne 2", "gt 1", "lt(5)", "ge 0", "le 3", "in [1, 'x']", "in(ss)",
            "sameas none", "sameas true", "filter", "test", "greaterthan 2", "lessthan 2",
        )

    def any(self, d):
        r = self.rng.random()
        if r < 0.27:
            return self.text(d)
        if r < 0.5:
            return self.num(d)
        if r < 0.65:
            return self.seq(d)
        if r < 0.78:
            return self.truth(d)
        if r < 0.85:
            return self.dict(d)
        if self.locals and r < 0.92:
            return self.pick(*self.locals)
        return self.pick("none", "nope", "d.a", "d.nope", "ms[0].role", "ms[-1]['content']", "nest[0][1]", "d['items']", "d.get('a')", "d.get('q', 5)", "xs.0", "ms.1.role", "d.n.k[1]",
                         "('%s' | format(n)) if t", "u.upper()", "range(3)", "namespace(q=1).q", "cycler(1, 2).next()", "[].append", "''.__class__", "d | items | list")

    # ---- statements

    def ws(self):
        return self.pick("", "", "", "", "-", "-", "+")

    def tag(self, inner):
        return "{%" + self.ws() + self.pick(" ", " ", "", "\n") + inner + self.pick(" ", " ", "") + self.ws() + "%}"

    def out(self, inner):
        inner = (" " if inner[:1] in "-+{" else self.pick(" ", "")) + inner
        return "{{" + self.pick("", "", "-") + inner + (" " if inner[-1:] in "}-" else self.pick(" ", "")) + self.pick("", "", "-") + "}}"

    def data(self):
        return self.pick("text", " ", "\n", "  ", " \n ", "a\n\n", "\n  ", "é👍", "x {# c #} y", "{# n -#} ", " {#- n #}", "{#- n -#}\n", "\n{# own line #}\n", "{#+ p +#}\n", "\t", "}} %}", "{ {", "<b>", "'§")

    def body(self, d):
        return self.many(0, 3, lambda: self.statement(d))

    def scoped(self, names, make):
        self.locals += names
        text = make()
        del self.locals[len(self.locals) - len(names):]
        return text

    def statement(self, d):
        if d <= 0 or self.chance(0.35):
            return self.pick(self.data, self.data, lambda: self.out(self.any(2)), lambda: self.out(self.any(3)))()
        return self.pick(
            self.data,
            lambda: self.out(self.any(3)),
            lambda: self.if_(d), lambda: self.if_(d),
            lambda: self.for_(d), lambda: self.for_(d), lambda: self.for_(d),
            lambda: self.set_(d), lambda: self.set_(d),
            lambda: self.tag(f"with {self.pick('w', 'a')} = {self.any(2)}{self.pick('', ', v = ' + self.any(1))}") + self.scoped(["w"], lambda: self.body(d - 1)) + self.tag("endwith"),
            lambda: self.macro(d), lambda: self.macro(d),
            lambda: self.tag(f"filter {self.pick('upper', 'trim', 'replace(§a§, n)', 'upper | trim', 'indent(2)', 'length', 'e', 'title')}") + self.body(d - 1) + self.tag("endfilter"),
            lambda: self.tag("raw") + self.pick("{{ x }}", " {% if %} ", "{# c #}\n", "\n") + self.tag("endraw"),
            lambda: self.tag(f"autoescape {self.pick('true', 'false')}") + self.body(d - 1) + self.tag("endautoescape"),
            lambda: self.tag("generation") + self.plain(d) + self.tag("endgeneration"),
            lambda: self.tag("print " + self.any(2)),
            lambda: self.namespace(d),
            lambda: self.tag(f"block b{self.rng.randrange(10**6)}{self.pick('', ' scoped')}") + self.plain(d) + self.tag("endblock"),
            lambda: self.pick(*BROKEN) if self.chance(0.15) else self.data(),
        )()

    def plain(self, d):
        loops, self.loops = self.loops, 0
        text = self.body(d - 1)
        self.loops = loops
        return text

    def if_(self, d):
        text = self.tag("if " + self.truth(3)) + self.body(d - 1)
        while self.chance(0.25):
            text += self.tag("elif " + self.truth(2)) + self.body(d - 1)
        if self.chance(0.4):
            text += self.tag("else") + self.body(d - 1)
        return text + self.tag("endif")

    def for_(self, d):
        target, names = self.pick(("x", ["x"]), ("x", ["x"]), ("m", ["m.role", "m"]), ("k, v", ["k", "v"]), ("(k, v)", ["k"]), ("a", ["a"]))
        if "k" in target:
            items = self.pick("d.items()", "pairs", "d | dictsort", "ids.items()", "d | items", "nest", "ms | groupby('role')")
        elif target == "m":
            items = self.pick("ms", "ms[1:]", "ms | reverse", "ms | selectattr('n', 'defined')", "messages")
        else:
            items = self.seq(2)
        name = target.strip("(").split(",")[0]
        condition = self.pick("", "", "", f" if {name}", f" if {name} != 'a'", f" if not {name} == 1", " if " + self.truth(2))
        recursive = self.chance(0.08)
        self.loops += 1
        inner = self.scoped(names, lambda: self.loop_body(d, recursive))
        self.loops -= 1
        text = self.tag(f"for {target} in {items}{condition}{' recursive' if recursive else ''}") + inner
        if self.chance(0.3):
            text += self.tag("else") + self.body(d - 1)
        return text + self.tag("endfor")

    def loop_body(self, d, recursive):
        text = self.body(d - 1)
        if self.chance(0.5):
            text += self.out(self.pick("loop.index", "loop.index0", "loop.revindex", "loop.revindex0", "loop.first", "loop.last", "loop.length", "loop.depth", "loop.depth0", "loop.previtem", "loop.nextitem",
                                       "loop.cycle('a', 'b')", "loop.changed(x)", "loop.changed(loop.index0 // 2)", "loop.previtem is defined", "loop.nextitem is defined", "loop.nope", "loop"))
        if recursive:
            text += self.tag("if x is iterable and x is not string and x is not mapping") + self.out("loop(x)") + self.tag("endif")
        if self.chance(0.15):
            text += self.tag("if " + self.truth(2)) + self.tag(self.pick("break", "continue")) + self.tag("endif")
        return text + self.body(d - 2)

    def set_(self, d):
        name = self.pick("p", "q", "x", "a", "n")
        if self.chance(0.25):
            return self.tag(f"set {name}{self.pick('', '', ' | upper', ' | trim | length')}") + self.body(d - 1) + self.tag("endset") + self.out(name)
        if self.chance(0.15):
            return self.tag(f"set p, q = {self.pick('1, 2', 'pairs[0]', 'xs[:2]', '(a, b)', 'xs')}") + self.out("p ~ q")
        text = self.tag(f"set {name} = {self.any(3)}{self.pick('', '', '', ', 1')}")
        return text + (self.out(name) if self.chance(0.6) else "")

    def namespace(self, d):
        return (self.tag(f"set ns = namespace({self.pick('c=0', 'c=1, q=a', 'd, c=0', '')})") + self.tag("for x in xs") + self.tag(f"set ns.c = {self.pick('ns.c + x', 'x', 'loop.index', 'ns.c ~ x')}")
                + self.body(d - 2) + self.tag("endfor") + self.out(self.pick("ns.c", "ns['c']", "ns", "ns.nope", "ns.q")))

    def macro(self, d):
        signature = self.pick("", "p", "p, q", "p, q=2", "p='d', q=p", "p, a=b")
        loops, self.loops = self.loops, 0
        inner = self.scoped(["p"] if signature.startswith("p") else [], lambda: self.body(d - 1))
        self.loops = loops
        inner += self.pick("", "", self.out("varargs"), self.out("kwargs"), self.out("caller()"), self.out("caller(1)"), self.out("q"), self.out("varargs | length ~ kwargs"))
        text = self.tag(f"macro f({signature})") + inner + self.tag("endmacro")
        arguments = self.pick("", "1", "a", "1, 2", "1, q=3", "p=a", "1, 2, 3", "*xs", "**{'p': 1}", "1, z=9", self.any(1))
        if self.chance(0.3):
            text += self.tag(f"call{self.pick('', '(c)', '(c=1)')} f({arguments})") + self.body(d - 1) + self.pick("", self.out("c")) + self.tag("endcall")
        else:
            text += self.out(self.pick(f"f({arguments})", f"f({arguments}) | upper", f"f({arguments}) ~ f({arguments})", "f.name", "f.arguments", "f.catch_kwargs ~ f.catch_varargs ~ f.caller"))
        return text

    def template(self):
        text = self.many(1, 4, lambda: self.statement(3))
        if self.chance(0.01):  # a slip of the pen
            at = self.rng.randrange(len(text) + 1)
            text = text[:at] + self.pick("{%", "%}", "}}", "{{", "'", "(", "|", "\\", "#}", "-") + text[at:]
        return text.replace("§", '"')


BROKEN = ["{% if %}", "{{ }}", "{% endif %}", "{{ 1 + }}", "{% for x %}", "{{ a | nofilter }}", "{{ a is notest }}", "{% unknown %}", "{{ a.b.c.d }}", "{{ nope() }}", "{{ raise_exception('no') }}",
          "{{ 1 / 0 }}", "{{ [1, 2 }}", "{% set 1 = 2 %}", "{{ {'a' 1} }}", "{% if t %}", "{{ xs.append(1) }}", "{{ d.update({}) }}", "{% set d.x = 1 %}", "{{ 'a' + 1 }}", "{% break %}", "{{ f(1, 2) }}", "{{ none.x }}",
          "{% if false %}{{ a | nofilter }}{% endif %}", "{% do xs %}", "{{ x if }}", "{{ a b }}", "{{ 'abc }}", "{# open", "{% raw %}", "{{ loop }}"]
