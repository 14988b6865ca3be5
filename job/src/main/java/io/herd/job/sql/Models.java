package io.herd.job.sql;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.herd.job.config.Settings;
import io.herd.job.config.SettingsReader;
import io.herd.job.generate.GenerateStep;
import io.herd.job.input.ContentFree;
import io.herd.job.input.PromptFunctions;
import io.herd.job.library.LogLines;
import io.herd.job.resolve.ResolvedModel;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.StreamedGeneration;
import io.herd.udfs.partition.TaskCounters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Resolves a call's model and settings from the session's. A model is resolved once, by the first
 * query that needs it, and stays the same commit as long as the session lives.
 */
public final class Models {
  private static final String PREFIX = "spark.herd.";

  /** Resolved models by the settings that they depend on. */
  private final Map<Map<String, Object>, ResolvedModel> resolved = new ConcurrentHashMap<>();

  CallFunction function(
      SparkSession spark, HerdCall call, Seq<Attribute> input, StructType schema) {
    Settings settings = SettingsReader.readCall(assignments(spark, call), Path.of(""));
    if (settings.labelling().abstainBelow() > 0) {
      refuse(PREFIX + "labelling.abstain-below", "compare the field probability in the query.");
    }
    if (!settings.columns().arePlain(settings.answers())) {
      refuse(PREFIX + "output.columns", "name the fields in the query.");
    }
    requireFields(call, settings.answers());
    ResolvedModel model =
        resolved.computeIfAbsent(
            settings.ofModel(), key -> ResolvedModel.of(spark, settings, new LogLines()));
    TaskCounters counters = TaskCounters.in(spark.sparkContext());
    return new CallFunction(
        call.values(),
        input,
        PromptFunctions.of(spark, CallFunction.COLUMNS, settings, model),
        new StreamedGeneration(
            GenerateStep.generator(
                spark,
                settings,
                model,
                ContentFree.task(spark, CallFunction.COLUMNS, settings, model),
                counters)),
        schema);
  }

  private static List<String> assignments(SparkSession spark, HerdCall call) {
    Map<String, String> session = new TreeMap<>(CollectionConverters.asJava(spark.conf().getAll()));
    if (!session.containsKey(PREFIX + "model.path") && !session.containsKey(PREFIX + "model.id")) {
      throw new UserException(
          call.function() + " has no model",
          "set spark.herd.model.path to a folder, or spark.herd.model.id to a model of the Hub.");
    }
    List<String> assignments = new ArrayList<>();
    session.keySet().stream()
        .filter(key -> key.startsWith(PREFIX + "run."))
        .findFirst()
        .ifPresent(
            key ->
                refuse(
                    key,
                    "queries keep no results; Herd.generate and jobs keep them in a work-dir."));
    session.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            assignments.add(key.substring("spark.".length()) + "=" + value);
          }
        });
    assignments.add("herd.prompt.column=prompt");
    call.constants().forEach(constant -> add(constant, call, assignments));
    return assignments;
  }

  private static void requireFields(HerdCall call, List<String> answers) {
    if (!List.of(call.fields().fieldNames()).containsAll(answers)) {
      throw new UserException(
          call.function() + " can't return " + String.join(", ", answers),
          "remove the setting that asks for it, or use Herd.generate, which can.");
    }
  }

  private static void refuse(String key, String instead) {
    throw new UserException(key + " does nothing in a query", "unset it: " + instead);
  }

  private static void add(Expression constant, HerdCall call, List<String> assignments) {
    Object value = CatalystTypeConverters.convertToScala(constant.eval(null), constant.dataType());
    if (call.function().equals(HerdCall.LABEL)) {
      List<?> labels = CollectionConverters.asJava((scala.collection.Seq<?>) value);
      assignments.add("herd.choices=" + json(labels));
    } else {
      CollectionConverters.asJava((scala.collection.Map<?, ?>) value)
          .forEach((key, option) -> assignments.add("herd.generate." + key + "=" + option));
    }
  }

  private static String json(List<?> labels) {
    return ConfigValueFactory.fromIterable(labels).render(ConfigRenderOptions.concise());
  }
}
