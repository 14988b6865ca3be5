"""A stage for Spark ML's pipelines."""
from __future__ import annotations

import json
from typing import List, Optional

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable, MLWriter
from pyspark.ml.wrapper import JavaTransformer
from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from herd._errors import translated
from herd._session import require, running


class TextGenerator(JavaTransformer, DefaultParamsReadable["TextGenerator"], DefaultParamsWritable):
    """Generates a text for each row, or with ``choices`` a label, in a new column.

    Rows are done when an action asks for them. It can be saved and loaded, alone or in a pipeline; a token of the Hub
    is never a part of it.

    >>> generator = TextGenerator(
    ...     inputCol="question", outputCol="answer", modelUrl="hf://HuggingFaceTB/SmolLM2-135M-Instruct"
    ... )
    >>> answered = generator.transform(questions)
    """

    inputCol: Param[str] = Param(
        Params._dummy(), "inputCol", "string column with the prompts", TypeConverters.toString
    )
    outputCol: Param[str] = Param(
        Params._dummy(), "outputCol", "new string column: the text, or the label", TypeConverters.toString
    )
    errorCol: Param[str] = Param(
        Params._dummy(), "errorCol", "new string column: why a row failed, or null", TypeConverters.toString
    )
    modelUrl: Param[str] = Param(
        Params._dummy(), "modelUrl", "hf://owner/name, hf://owner/name@revision or a folder", TypeConverters.toString
    )
    engine: Param[str] = Param(
        Params._dummy(), "engine", "DJL's name of the engine: PyTorch", TypeConverters.toString
    )
    batchSize: Param[int] = Param(
        Params._dummy(), "batchSize", "number of concurrent prompts, 1 or more", TypeConverters.toInt
    )
    maxNewTokens: Param[int] = Param(
        Params._dummy(), "maxNewTokens", "maximum number of tokens of a text", TypeConverters.toInt
    )
    temperature: Param[float] = Param(
        Params._dummy(), "temperature", "sampling temperature; 0 decodes greedily", TypeConverters.toFloat
    )
    seed: Param[int] = Param(Params._dummy(), "seed", "seed of the draws", TypeConverters.toInt)
    choices: Param[List[str]] = Param(
        Params._dummy(), "choices", "labels to choose from, instead of a text", TypeConverters.toListString
    )
    settings: Param[List[str]] = Param(
        Params._dummy(), "settings", "other keys, such as herd.prompt.chat=off", TypeConverters.toListString
    )

    @keyword_only
    def __init__(
        self,
        *,
        inputCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        errorCol: Optional[str] = None,
        modelUrl: Optional[str] = None,
        batchSize: Optional[int] = None,
        maxNewTokens: Optional[int] = None,
        temperature: Optional[float] = None,
        seed: Optional[int] = None,
        choices: Optional[List[str]] = None,
        settings: Optional[List[str]] = None,
    ) -> None:
        given = self._input_kwargs  # type: ignore[attr-defined]
        super().__init__()
        running()
        self._java_obj = self._new_java_obj("io.herd.api.TextGenerator", self.uid)
        self._setDefault(engine="PyTorch")
        self._set(**{name: value for name, value in given.items() if value is not None})

    def setInputCol(self, value: str) -> "TextGenerator":
        """Sets the column with the prompts."""
        return self._set(inputCol=value)

    def setOutputCol(self, value: str) -> "TextGenerator":
        """Sets the name of the new column."""
        return self._set(outputCol=value)

    def setErrorCol(self, value: str) -> "TextGenerator":
        """Sets the name of a column that says why a row failed."""
        return self._set(errorCol=value)

    def setModelUrl(self, value: str) -> "TextGenerator":
        """Sets the model: ``hf://owner/name[@revision]`` or the path of a folder."""
        return self._set(modelUrl=value)

    def setBatchSize(self, value: int) -> "TextGenerator":
        """Sets the number of concurrent prompts."""
        return self._set(batchSize=value)

    def setMaxNewTokens(self, value: int) -> "TextGenerator":
        """Sets the maximum number of tokens of a text."""
        return self._set(maxNewTokens=value)

    def setTemperature(self, value: float) -> "TextGenerator":
        """Sets the sampling temperature; 0 decodes greedily."""
        return self._set(temperature=value)

    def setSeed(self, value: int) -> "TextGenerator":
        """Sets the seed of the random draws."""
        return self._set(seed=value)

    def setChoices(self, value: List[str]) -> "TextGenerator":
        """Sets the labels, written exactly as they would follow the prompt."""
        return self._set(choices=value)

    def setSettings(self, value: List[str]) -> "TextGenerator":
        """Sets any other keys of ``conf/reference.conf``, such as ``["herd.prompt.chat=off"]``."""
        return self._set(settings=value)

    def transformSchema(self, schema: StructType) -> StructType:
        """Returns the columns of :meth:`transform`'s result."""
        jvm = running()
        with translated(jvm):
            self._transfer_params_to_java()
            given = jvm.org.apache.spark.sql.types.DataType.fromJson(schema.json())
            added = self._java_obj.transformSchema(given)  # type: ignore[union-attr]
        return StructType.fromJson(json.loads(added.json()))

    def write(self) -> MLWriter:
        """Returns a writer; refuses a parameter that contains a Hub token."""
        with translated(running()):
            self._transfer_params_to_java()
            self._java_obj.write()  # type: ignore[union-attr]
        return super().write()

    def _transform(self, dataset: DataFrame) -> DataFrame:
        with translated(require(dataset.sparkSession)):
            return super()._transform(dataset)
