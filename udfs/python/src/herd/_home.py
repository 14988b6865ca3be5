"""Finds herd.jar and the launcher: in the wheel, or in a checkout of the project."""
from __future__ import annotations

import hashlib
import lzma
import os
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import IO, cast

from herd._errors import HerdError

_PACKED = Path(__file__).with_name("home")
_CHECKOUT = Path(__file__).resolve().parents[4]


def home() -> Path:
    """Returns the folder with ``submit/`` and ``conf/``."""
    return _PACKED if _PACKED.is_dir() else _CHECKOUT


def jar() -> str:
    """Returns the path of herd.jar: from the environment variable HERD_JAR, or the package's own.

    The first call unpacks the package's jar into the user's cache. For sessions that
    :func:`herd.start` doesn't begin: ``SparkSession.builder.config("spark.jars", herd.jar())``.
    """
    named = os.environ.get("HERD_JAR")
    if named:
        return _existing(Path(named), f"HERD_JAR is {named}, and there is no such file.", "correct it, or unset it.")
    packed = _PACKED / "herd.jar.xz"
    if packed.is_file():
        return str(_unpacked(packed))
    return _existing(
        _CHECKOUT / "job" / "target" / "herd.jar",
        "This installation has no herd.jar.",
        "set HERD_JAR to one, or build the project: ./mvnw -q -Dquick -pl job -am package.",
    )


def _existing(path: Path, problem: str, remedy: str) -> str:
    if not path.is_file():
        raise HerdError(f"{problem}\n  What to do: {remedy}")
    return str(path.resolve())


def _unpacked(packed: Path) -> Path:
    digest = packed.with_suffix(".sha256").read_text().strip()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "herd" / digest[:16]
    target = folder / "herd.jar"
    if target.is_file():
        return target
    print(f"herd: unpacking herd.jar into {folder} (once)", file=sys.stderr, flush=True)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".jar-", delete=False) as out:
            try:
                _unpack(packed, digest, cast(IO[bytes], out))
                os.replace(out.name, target)  # another process may have been faster, with equal bytes
            except BaseException:
                os.unlink(out.name)
                raise
    except OSError as error:
        raise HerdError(
            f"herd.jar can't be unpacked into {folder}: {error}."
            "\n  What to do: set XDG_CACHE_HOME to a folder of yours with 400 MB left."
        ) from None
    return target


def _unpack(packed: Path, digest: str, out: IO[bytes]) -> None:
    """Zips the files again: a wheel compresses them better than a jar can."""
    seen = hashlib.sha256()
    with packed.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            seen.update(part)
    if seen.hexdigest() != digest:
        raise HerdError(f"{packed} is damaged.\n  What to do: pip install --force-reinstall herd-spark.")
    with lzma.open(packed) as stream, tarfile.open(fileobj=stream, mode="r|") as files:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
            for member in files:
                entry = zipfile.ZipInfo(member.name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.file_size = member.size
                content = files.extractfile(member)
                assert content is not None
                with zipped.open(entry, "w") as target:
                    for part in iter(lambda: content.read(1 << 20), b""):
                        target.write(part)
