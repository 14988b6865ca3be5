#!/usr/bin/env python3
"""Writes chat templates that packages of PyPI and npm ship, one file each, without doubles.

usage: templates.py FOLDER

Needs pip. The packages are trl (Apache-2.0), axolotl (Apache-2.0) and @huggingface/ollama-utils (MIT); only tests read them.
"""
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile

WHEELS = ["trl==1.16.0", "axolotl==0.19.0"]
NPM = "https://registry.npmjs.org/@huggingface/ollama-utils/-/ollama-utils-0.0.18.tgz"
AUTOMAP = "package/src/chat-template-automap.ts"


def of_wheels(folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, *WHEELS], check=True)
    for wheel in sorted(pathlib.Path(folder).glob("*.whl")):
        with zipfile.ZipFile(wheel) as files:
            for name in files.namelist():
                if name.endswith(".jinja"):
                    yield f"{wheel.name.split('-')[0]}-{pathlib.Path(name).stem}", files.read(name).decode()


def of_npm():
    with urllib.request.urlopen(NPM, timeout=60) as answer:
        archive = tarfile.open(fileobj=io.BytesIO(answer.read()))
    source = archive.extractfile(AUTOMAP).read().decode()
    entry = re.compile(r'model:\s*"([^"]*)",\s*gguf:\s*("(?:[^"\\]|\\.)*")')
    for model, template in entry.findall(source):
        yield "npm-" + re.sub(r"\W+", "-", model), json.loads(template, strict=False)


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    seen = set()
    with tempfile.TemporaryDirectory() as folder:
        for name, template in [*of_wheels(folder), *of_npm()]:
            digest = hashlib.sha256(template.encode()).hexdigest()
            if digest not in seen:
                seen.add(digest)
                (target / f"{name}-{digest[:6]}.jinja").write_text(template, encoding="utf-8", newline="")
    print(f"{len(seen)} chat templates")


if __name__ == "__main__":
    main()
