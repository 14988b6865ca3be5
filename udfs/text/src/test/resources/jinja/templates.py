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

WHEELS = {
    "trl==1.16.0": "c4726e139dd40e1a41661511c639c8a68416782b2e3e8c0befebd77bb7ba0396",
    "axolotl==0.19.0": "f28eb3ad3709975eec4adfe13307dd980c7e7917cc43cb03f2c6f26c007135cc",
}
NPM = "https://registry.npmjs.org/@huggingface/ollama-utils/-/ollama-utils-0.0.18.tgz"
NPM_SHA256 = "3d8beba35ea5d634970e29090ab45234e54a3db8d9263cf72e0031c1cc44f8d5"
AUTOMAP = "package/src/chat-template-automap.ts"


def of_wheels(folder):
    wanted = pathlib.Path(folder, "wheels.txt")
    wanted.write_text("".join(f"{wheel} --hash=sha256:{sha256}\n" for wheel, sha256 in WHEELS.items()))
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes"]
    subprocess.run([*pip, "-d", folder, "-r", wanted], check=True)
    for wheel in sorted(pathlib.Path(folder).glob("*.whl")):
        with zipfile.ZipFile(wheel) as files:
            for name in files.namelist():
                if name.endswith(".jinja"):
                    yield f"{wheel.name.split('-')[0]}-{pathlib.Path(name).stem}", files.read(name).decode()


def of_npm():
    with urllib.request.urlopen(NPM, timeout=60) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != NPM_SHA256:
        sys.exit(f"{NPM} isn't the archive that it was")
    archive = tarfile.open(fileobj=io.BytesIO(content))
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
