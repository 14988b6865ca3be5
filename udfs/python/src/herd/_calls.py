"""The functions for DataFrames."""
from __future__ import annotations

import json
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Union

from pyspark import InheritableThread
from pyspark.sql import DataFrame

from herd._errors import HerdError, translated
from herd._progress import Progress
from herd._report import Report
from herd._session import require

if TYPE_CHECKING:
    from pydantic import BaseModel

_POLL_SECONDS = 0.3


def generate(
    df: DataFrame,
    model: str,
    prompt: Optional[str] = None,
    *,
    prompt_column: Optional[str] = None,
    chat: Optional[str] = None,
    max_new_tokens: Optional[int] = None,
    temperature: Optional[float] = None,
    seed: Optional[int] = None,
    id_column: Optional[str] = None,
    work_dir: Optional[str] = None,
    settings: Optional[Mapping[str, Any]] = None,
    progress: bool = True,
) -> DataFrame:
    """Generates a text for each row, in the column ``completion``.

    With ``work_dir``, the call processes all rows immediately and stores results there: an interrupted call resumes, and
    an identical one generates nothing. Without it, rows are processed whenever an action asks for them. The result also
    has the columns ``status`` (``ok`` or ``failed``), ``error``, ``finish_reason``,
    ``prompt_tokens`` and ``completion_tokens``.

    :param df: the rows
    :param model: ``hf://owner/name[@revision]`` of the Hugging Face Hub, or the path of a folder; a gated model's token
        comes from the environment variable HF_TOKEN
    :param prompt: a Jinja template over the row's columns: ``"Review: {{ text }}\\nSentiment:"``
    :param prompt_column: the column with complete prompts, instead of a template
    :param chat: ``"on"``, ``"off"`` or ``"auto"``: whether the prompt is a message in the model's chat template
    :param max_new_tokens: maximum number of tokens of a text
    :param temperature: sampling temperature; 0 decodes greedily
    :param seed: seed of the random draws
    :param id_column: identifies rows in reports and random draws
    :param work_dir: a folder that all nodes can reach
    :param settings: any other keys of ``conf/reference.conf``, such as ``{"engine.slots": 32}``
    :param progress: whether to show progress, which needs a ``work_dir``
    :raises HerdError: with the problem and the remedy
    """
    own = {
        "prompt.template": prompt,
        "prompt.column": prompt_column,
        "prompt.chat": chat,
        "generate.max-new-tokens": max_new_tokens,
        "generate.temperature": temperature,
        "generate.seed": seed,
        "input.id-column": id_column,
        "run.work-dir": work_dir,
    }
    keys = {key: value for key, value in own.items() if value is not None}
    return _call(df, model, {**keys, **(settings or {})}, progress)


def label(
    df: DataFrame,
    model: str,
    choices: Sequence[str],
    prompt: Optional[str] = None,
    *,
    prompt_column: Optional[str] = None,
    chat: Optional[str] = None,
    id_column: Optional[str] = None,
    work_dir: Optional[str] = None,
    settings: Optional[Mapping[str, Any]] = None,
    progress: bool = True,
) -> DataFrame:
    """Labels each row with the most likely label, in the column ``label``; also adds ``probability`` and ``scores``.

    :param choices: the labels, written exactly as they would follow the prompt: ``[" positive", " negative"]``

    The other parameters, ``work_dir`` and columns are those of :func:`generate`.
    """
    return generate(
        df,
        model,
        prompt,
        prompt_column=prompt_column,
        chat=chat,
        id_column=id_column,
        work_dir=work_dir,
        settings={"choices": list(choices), **(settings or {})},
        progress=progress,
    )


def extract(
    df: DataFrame,
    model: str,
    schema: Union[Mapping[str, Any], "type[BaseModel]"],
    prompt: Optional[str] = None,
    *,
    max_new_tokens: int = 256,
    **others: Any,
) -> DataFrame:
    """Extracts a value of a schema from each row, as a struct in the column ``parsed``; ``completion`` is its JSON.

    The model can write only such a value; a value that ``max_new_tokens`` cuts off fails its row.

    :param schema: a pydantic model, or a JSON schema as a dictionary
    :param others: the other parameters of :func:`generate`
    """
    given = schema if isinstance(schema, Mapping) else schema.model_json_schema()
    settings = {**(others.pop("settings", None) or {}), "format.json-schema": json.dumps(given)}
    return generate(df, model, prompt, max_new_tokens=max_new_tokens, settings=settings, **others)


def moderate(
    df: DataFrame,
    model: str,
    prompt_column: str = "prompt",
    response_column: Optional[str] = None,
    *,
    categories: Optional[Mapping[str, str]] = None,
    exclude: Optional[Sequence[str]] = None,
    threshold: Optional[float] = None,
    id_column: Optional[str] = None,
    work_dir: Optional[str] = None,
    settings: Optional[Mapping[str, Any]] = None,
    progress: bool = True,
) -> DataFrame:
    """Judges each row with a Llama Guard: ``safe`` is true or false, ``categories`` has the violated codes.

    ``scores`` has the probabilities of ``safe`` and ``unsafe``, ``label`` the chosen one, and ``probability`` its
    probability.

    :param model: a Llama Guard, such as ``hf://meta-llama/Llama-Guard-3-1B``
    :param prompt_column: the column with the user's message
    :param response_column: the column with the answer, which is then judged in its context
    :param categories: descriptions by code that replace the model's: ``{"S1": "Violent Crimes."}``
    :param exclude: codes to omit
    :param threshold: minimum probability at which a row counts as unsafe; 0.5 by default

    The other parameters are those of :func:`generate`.
    """
    own = {
        "task": "moderation",
        "moderation.prompt-column": prompt_column,
        "moderation.response-column": response_column,
        "moderation.categories": None if categories is None else dict(categories),
        "moderation.exclude": None if exclude is None else list(exclude),
        "moderation.threshold": threshold,
    }
    keys = {key: value for key, value in own.items() if value is not None}
    return generate(
        df,
        model,
        id_column=id_column,
        work_dir=work_dir,
        settings={**keys, **(settings or {})},
        progress=progress,
    )


def report(df: DataFrame) -> Report:
    """What the call with a ``work_dir`` that gave these rows came to."""
    found = getattr(df, "_herd_report", None)
    if found is None:
        raise HerdError(
            "These rows have no report.\n  What to do: give what a call with work_dir returned, as it was returned."
        )
    return found  # type: ignore[no-any-return]


def _call(df: DataFrame, model: str, keys: Dict[str, Any], progress: bool) -> DataFrame:
    spark = df.sparkSession
    jvm = require(spark)
    with translated(jvm):
        settings = jvm.io.herd.api.HerdSettings.model(model)
        for key, value in keys.items():
            settings = settings.set(key, value)
        if "run.work-dir" not in keys and "herd.run.work-dir" not in keys:
            return DataFrame(jvm.io.herd.api.Herd.generate(df._jdf, settings), spark)
        run = jvm.io.herd.api.HerdRun.of(df._jdf, settings)
        _watched(run, Progress(progress))
        return _with_report(DataFrame(run.rows(), spark), run)


def _with_report(rows: DataFrame, run: Any) -> DataFrame:
    rows._herd_report = Report(run.report(), run.figures())  # type: ignore[attr-defined]
    return rows


def _watched(run: Any, progress: Progress) -> None:
    """Runs it on a thread of its own, so that this one can show its progress and be interrupted."""
    thrown: List[BaseException] = []

    def work() -> None:
        try:
            run.run()
        except BaseException as error:
            thrown.append(error)

    worker = InheritableThread(target=work, name="herd", daemon=True)
    with _interrupts() as interrupted:
        worker.start()
        while worker.is_alive():
            worker.join(_POLL_SECONDS)
            progress.show(run.progress())
            if interrupted.is_set():
                run.stop()
                worker.join()
                raise KeyboardInterrupt
    progress.show(run.progress(), last=True)
    if thrown:
        raise thrown[0]


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Notes Ctrl-C and a notebook's stop button, which would else break into an exchange with the JVM."""
    noted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.set())
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
