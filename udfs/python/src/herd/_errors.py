"""Herd's errors in Python."""
from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, List, Optional

from py4j.protocol import Py4JJavaError, Py4JNetworkError  # type: ignore[import-untyped]


class HerdError(Exception):
    """A problem and its remedy: Herd's own message, without a Java trace."""

    def _render_traceback_(self) -> List[str]:
        """Returns what a notebook shows instead of a traceback."""
        return [f"HerdError: {self}"]


@contextmanager
def translated(jvm: Any) -> Iterator[None]:
    """Turns errors of the JVM into a :class:`HerdError`."""
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
    """Returns the JVM's exception in one of Python's; PySpark converts some of them."""
    if isinstance(error, Py4JJavaError):
        return error.java_exception
    return getattr(error, "_origin", None)
