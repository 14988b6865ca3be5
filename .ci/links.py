#!/usr/bin/env python3
"""Follows every relative link of the documents: to a file that git has, and to a heading or line of it."""
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*(\S+)")
FENCE = re.compile(r"^\s*(```|~~~)")


def prose(file):
    """Its lines outside of fenced code, with their numbers and without code between backticks."""
    fenced = False
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", lambda code: "x" * len(code.group()), line), line


def anchor(heading):
    """As GitHub makes it of a heading: lower case, no punctuation, hyphens for blanks."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"[^\w\- ]", "", text.replace("`", "").strip().lower())
    return text.replace(" ", "-")


def anchors(file):
    found = set()
    for _, _, line in prose(file):
        heading = re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
        if heading:
            name, more = anchor(heading.group(1)), 0
            while name + (f"-{more}" if more else "") in found:
                more += 1
            found.add(name + (f"-{more}" if more else ""))
        found.update(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", line))
    return found


def problem(root, files, document, target):
    """Why a link leads nowhere, or None."""
    if re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        return None  # to the web: not asked here
    path, _, fragment = unquote(target).partition("#")
    place = (document.parent / path).resolve() if path else document
    if path.startswith("/") or root not in [place, *place.parents]:
        return "leads out of the project"
    name = place.relative_to(root).as_posix()
    folder = name == "." or any(file.startswith(name + "/") for file in files)
    if name not in files and not folder:
        return "there is no such file in git"
    if fragment and place.suffix == ".md" and fragment not in anchors(place):
        return "there is no such heading"
    return None


def main(root):
    root = Path(root).resolve()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, check=True, capture_output=True
    )
    files = {name for name in listed.stdout.decode().split("\0") if name and (root / name).exists()}
    links, bad = 0, []
    for name in sorted(files):
        if not name.endswith(".md"):
            continue
        for number, line, _ in prose(root / name):
            for target in LINK.findall(line) + DEFINITION.findall(line):
                links += 1
                why = problem(root, files, root / name, target)
                if why:
                    bad.append(f"{name}:{number}: {target}: {why}")
    print("\n".join(bad + [f"links: {links} in the documents, {len(bad)} lead nowhere"]))
    return 1 if bad or not links else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
