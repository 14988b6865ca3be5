"""Herd's errors, as Python has them."""
from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, List, Optional

from py4j.protocol import Py4JJavaError, Py4JNetworkError  # type: ignore[import-untyped]


class HerdError(Exception):
    """What is wrong, and what to do about it, in Herd's own words and without a Java trace."""

    def _render_traceback_(self) -> List[str]:
        """What a notebook shows instead of a traceback."""
        return [f"HerdError: {self}"]


@contextmanager
def translated(jvm: Any) -> Iterator[None]:
    """Within it, errors of the JVM become a :class:`HerdError`."""
    try:
        yield
    except HerdError:
        raise
    except Py4JNetworkError:
        raise HerdError(
            "Spark's JVM has gone.\n  What to do: see what it says above; begin a session anew with herd.start()."
        ) from None
    except Exception as error:
        thrown = _java(error)
        if thrown is None:
            raise
        raise HerdError(str(jvm.io.herd.api.HerdRun.message(thrown))) from None


def _java(error: Exception) -> Optional[Any]:
    """The JVM's exception in one of Python's: PySpark has made another exception of some."""
    if isinstance(error, Py4JJavaError):
        return error.java_exception
    return getattr(error, "_origin", None)
