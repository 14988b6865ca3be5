import tempfile
import unittest

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import SQLTransformer

import herd
from tests.support import MODEL, frame, session


class TextGeneratorTest(unittest.TestCase):
    def setUp(self):
        session()

    def generator(self, **params):
        return herd.TextGenerator(inputCol="text", outputCol="answer", modelUrl=MODEL, **params)

    def test_transform_labels_areChosen(self):
        labelled = self.generator(choices=[" a", " b"], errorCol="why").transform(frame(5)).collect()

        self.assertLessEqual({row.answer for row in labelled}, {"a", "b"})
        self.assertEqual([None] * 5, [row.why for row in labelled])

    def test_pipeline_savedAndLoaded_givesEqualTexts(self):
        upper = SQLTransformer(statement="SELECT id, upper(text) AS text FROM __THIS__")
        generator = self.generator(maxNewTokens=4).setSettings(["herd.generate.ignore-eos=true"])
        pipeline = Pipeline(stages=[upper, generator]).fit(frame(5))
        with tempfile.TemporaryDirectory() as folder:
            pipeline.write().overwrite().save(folder + "/pipeline")
            generator.save(folder + "/stage")

            loaded = PipelineModel.load(folder + "/pipeline")
            stage = herd.TextGenerator.load(folder + "/stage")

        self.assertEqual(pipeline.transform(frame(5)).collect(), loaded.transform(frame(5)).collect())
        self.assertEqual(["herd.generate.ignore-eos=true"], stage.getOrDefault("settings"))
        self.assertEqual(4, stage.getOrDefault("maxNewTokens"))

    def test_params_areThoseOfTheJvm(self):
        generator = self.generator()
        java = {param.name(): param.doc() for param in generator._java_obj.params()}
        self.assertEqual(java, {param.name: param.doc for param in generator.params})

    def test_schema_isThatOfTheRows(self):
        generator = self.generator(errorCol="why", maxNewTokens=2)
        rows = frame(1)
        self.assertEqual(generator.transform(rows).schema, generator.transformSchema(rows.schema))

    def test_errors_areHerdsOwn(self):
        with self.assertRaisesRegex(herd.HerdError, "the rows have no column txt"):
            self.generator().setInputCol("txt").transform(frame(1))
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(herd.HerdError, "settings holds a Hugging Face token"):
                self.generator(settings=["herd.x=hf_abcdefghijklmnopqrstuvwxyz"]).save(folder + "/stage")


if __name__ == "__main__":
    unittest.main()
