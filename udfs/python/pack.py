"""Packs herd.jar closer than a jar can, so that the wheel stays below the 100 MB that PyPI takes: pack.py JAR OUT

OUT is a tar of the jar's files, as xz; beside it comes OUT's SHA-256, with the suffix .sha256.
"""
import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

jar, out = map(Path, sys.argv[1:])
# x86: libtorch is three quarters of it, and machine code packs 10 % closer with jumps made absolute.
# Two threads whatever there are: one alone writes other bytes.
xz = subprocess.Popen(
    ["xz", "-c", "-T2", "--x86", "--lzma2=preset=2"], stdin=subprocess.PIPE, stdout=out.open("wb")
)
with zipfile.ZipFile(jar) as files, tarfile.open(fileobj=xz.stdin, mode="w|") as packed:
    for entry in files.infolist():
        if entry.is_dir():
            continue
        member = tarfile.TarInfo(entry.filename)
        member.size = entry.file_size
        with files.open(entry) as content:
            packed.addfile(member, content)
xz.stdin.close()
if xz.wait() != 0:
    sys.exit("xz failed")
digest = hashlib.sha256()
with out.open("rb") as file:
    for part in iter(lambda: file.read(1 << 20), b""):
        digest.update(part)
out.with_suffix(".sha256").write_text(digest.hexdigest() + "\n")
