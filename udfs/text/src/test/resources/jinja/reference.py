"""Jinja2 as transformers runs it, for tests: templates are made or read, and rendered.

    reference.py differences SEED COUNT    random templates and contexts
    reference.py render                    those of standard input, one JSON object a line

Each line of standard output is a JSON object: `source`, `context`, and `text` or `error`.
"""

import json
import random
import re
import signal
import sys
from datetime import datetime

import transformers.utils.chat_template_utils as chat_templates
from generator import Generator

ADDRESS = re.compile(r"0x[0-9a-f]{6,}|bound method|built-in|<function", re.IGNORECASE)


class Late(Exception):
    pass


class FixedDate(datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2025, 2, 1)


chat_templates.datetime = FixedDate


def late(signum, frame):
    raise Late()


def rendered(source, context):
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        return {"text": chat_templates._compile_jinja_template(source).render(**context)}
    except Late:
        return {"skipped": "takes too long"}
    except (Exception, RecursionError) as e:
        return {"error": f"{type(e).__name__}: {e}"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def line(source, context):
    return {"source": source, "context": context, **rendered(source, context)}


def comparable(case):  # where an object lies in memory is no text to compare
    text = case.get("text", "")
    return "skipped" not in case and len(text) <= 100_000 and not ADDRESS.search(text)


def main():
    signal.signal(signal.SIGALRM, late)
    if sys.argv[1] == "differences":
        generator = Generator(random.Random(int(sys.argv[2])))
        for _ in range(int(sys.argv[3])):
            case = line(generator.template(), generator.context())
            if comparable(case):
                print(json.dumps(case))
    else:
        for text in sys.stdin:
            case = json.loads(text)
            print(json.dumps(line(case["source"], case["context"])))


if __name__ == "__main__":
    main()
