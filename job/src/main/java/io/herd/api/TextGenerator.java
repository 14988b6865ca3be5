package io.herd.api;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import io.herd.job.config.SecretText;
import io.herd.job.config.Settings;
import io.herd.job.library.Generation;
import io.herd.job.output.Answers;
import io.herd.udfs.UserException;
import io.herd.udfs.partition.SnapshotColumns;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A Spark ML stage that generates a text for each row, or with {@link #setChoices} a label. Names
 * and manners are those of DJL's Spark extension: setters give the stage back, so that they can be
 * chained.
 *
 * <pre>{@code
 * new TextGenerator()
 *     .setInputCol("question")
 *     .setOutputCol("answer")
 *     .setModelUrl("hf://HuggingFaceTB/SmolLM2-135M-Instruct")
 *     .transform(questions);
 * }</pre>
 *
 * <p>Lazy, as {@link Herd#generate} is, and access to the model is proven by {@link #transform}. It
 * can be saved and loaded, alone or in a pipeline; the Hub's token is never a part of it.
 */
public final class TextGenerator extends Transformer implements DefaultParamsWritable {
  private static final String ENGINE = "PyTorch";

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> errorCol;
  private final Param<String> modelUrl;
  private final Param<String> engine;
  private final IntParam batchSize;
  private final IntParam maxNewTokens;
  private final DoubleParam temperature;
  private final LongParam seed;
  private final StringArrayParam choices;
  private final StringArrayParam settings;

  /** Creates a stage with a generated uid. */
  public TextGenerator() {
    this(Identifiable.randomUID("textGenerator"));
  }

  /**
   * Creates a stage with the given uid.
   *
   * @param uid its name, unique in a pipeline
   */
  public TextGenerator(String uid) {
    this.uid = uid;
    inputCol = new Param<>(uid, "inputCol", "string column with the prompts");
    outputCol = new Param<>(uid, "outputCol", "new string column: the text, or the label");
    errorCol = new Param<>(uid, "errorCol", "new string column: why a row failed, or null");
    modelUrl =
        new Param<>(uid, "modelUrl", "hf://owner/name, hf://owner/name@revision or a folder");
    engine = new Param<>(uid, "engine", "DJL's name of the engine: PyTorch");
    batchSize = new IntParam(uid, "batchSize", "number of concurrent prompts, 1 or more");
    maxNewTokens = new IntParam(uid, "maxNewTokens", "maximum number of tokens of a text");
    temperature = new DoubleParam(uid, "temperature", "sampling temperature; 0 decodes greedily");
    seed = new LongParam(uid, "seed", "seed of the draws");
    choices = new StringArrayParam(this, "choices", "labels to choose from, instead of a text");
    settings = new StringArrayParam(this, "settings", "other keys, such as herd.prompt.chat=off");
    setDefault(engine, ENGINE);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column with the prompts; values of other types than string are converted to text. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The column that is added: the text, or with choices the label; null where a row failed. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** The column that is added for errors, if set: the reason why a row failed, else null. */
  public Param<String> errorCol() {
    return errorCol;
  }

  /** {@code hf://owner/name[@revision]}, a {@code file:} URL, or a path that all nodes have. */
  public Param<String> modelUrl() {
    return modelUrl;
  }

  /** DJL's name of the engine; only PyTorch runs these models. */
  public Param<String> engine() {
    return engine;
  }

  /** Number of prompts that an engine processes concurrently; chosen automatically by default. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Maximum number of tokens of a text. */
  public IntParam maxNewTokens() {
    return maxNewTokens;
  }

  /** Sampling temperature; 0 decodes greedily. */
  public DoubleParam temperature() {
    return temperature;
  }

  /** Seed of the random draws. */
  public LongParam seed() {
    return seed;
  }

  /** Labels, exactly as they would follow the prompt, such as {@code " positive"}. */
  public StringArrayParam choices() {
    return choices;
  }

  /** Assignments of any other key of {@code conf/reference.conf}. */
  public StringArrayParam settings() {
    return settings;
  }

  /** Sets {@link #inputCol()}. */
  public TextGenerator setInputCol(String column) {
    return with(inputCol, column);
  }

  /** Sets {@link #outputCol()}. */
  public TextGenerator setOutputCol(String column) {
    return with(outputCol, column);
  }

  /** Sets {@link #errorCol()}. */
  public TextGenerator setErrorCol(String column) {
    return with(errorCol, column);
  }

  /** Sets {@link #modelUrl()}. */
  public TextGenerator setModelUrl(String url) {
    return with(modelUrl, url);
  }

  /** Sets {@link #engine()}. */
  public TextGenerator setEngine(String name) {
    return with(engine, name);
  }

  /** Sets {@link #batchSize()}. */
  public TextGenerator setBatchSize(int prompts) {
    return with(batchSize, prompts);
  }

  /** Sets {@link #maxNewTokens()}. */
  public TextGenerator setMaxNewTokens(int tokens) {
    return with(maxNewTokens, tokens);
  }

  /** Sets {@link #temperature()}. */
  public TextGenerator setTemperature(double value) {
    return with(temperature, value);
  }

  /** Sets {@link #seed()}. */
  public TextGenerator setSeed(long value) {
    return with(seed, value);
  }

  /** Sets {@link #choices()}. */
  public TextGenerator setChoices(String... labels) {
    return with(choices, labels);
  }

  /** Sets {@link #choices()} from a list, which is how Python's lists arrive. */
  public TextGenerator setChoices(List<String> labels) {
    return setChoices(labels.toArray(String[]::new));
  }

  /** Sets {@link #settings()}: {@code "herd.run.work-dir=work"} keeps results, for example. */
  public TextGenerator setSettings(String... assignments) {
    return with(settings, assignments);
  }

  /** Sets {@link #settings()} from a list, which is how Python's lists arrive. */
  public TextGenerator setSettings(List<String> assignments) {
    return setSettings(assignments.toArray(String[]::new));
  }

  private <T> TextGenerator with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  /**
   * The rows with the new column.
   *
   * @throws UserException when a parameter or a column is missing or wrong, or access is refused
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Settings read = asked().read();
    if (!read.columns().arePlain(read.answers())) {
      throw new UserException(
          "herd.output.columns does nothing in a TextGenerator",
          "remove it: outputCol and errorCol name the columns.");
    }
    String answer = isSet(choices) ? "label" : "completion";
    if (!read.answers().contains(answer)) {
      throw new UserException(
          "the TextGenerator writes one text for a row, and its settings ask for several",
          "remove herd.generate.samples, or use Herd.generate, which gives them all.");
    }
    Generation.Done done = Generation.of(dataset.toDF(), read);
    Column result = col(SnapshotColumns.RESULT);
    Dataset<Row> answered =
        done.rows()
            .withColumn(needed(outputCol), new Answers(read, done.reasoning()).column(answer));
    if (isSet(errorCol)) {
      answered =
          answered.withColumn(
              $(errorCol), coalesce(col(SnapshotColumns.ERROR), result.getField("error")));
    }
    return answered.drop(SnapshotColumns.ALL.toArray(String[]::new)).drop(SnapshotColumns.RESULT);
  }

  private HerdSettings asked() {
    if (!$(engine).equals(ENGINE)) {
      throw new UserException(
          "there is no engine " + $(engine) + " for these models", "use setEngine(\"PyTorch\").");
    }
    HerdSettings asked =
        HerdSettings.model(needed(modelUrl)).set("prompt.column", needed(inputCol));
    asked = set(asked, "engine.slots", batchSize);
    asked = set(asked, "generate.max-new-tokens", maxNewTokens);
    asked = set(asked, "generate.temperature", temperature);
    asked = set(asked, "generate.seed", seed);
    if (isSet(choices)) {
      asked = asked.set("choices", Arrays.asList($(choices)));
    }
    return isSet(settings) ? asked.with($(settings)) : asked;
  }

  private HerdSettings set(HerdSettings asked, String key, Param<?> param) {
    return isSet(param) ? asked.set(key, $(param)) : asked;
  }

  private String needed(Param<String> param) {
    if (!isSet(param)) {
      throw new UserException(
          "the TextGenerator has no " + param.name(),
          "set it: " + param.doc() + ", before it transforms anything.");
    }
    return $(param);
  }

  /**
   * Returns the columns of {@link #transform}'s result, without loading the model.
   *
   * @throws UserException when the input column is missing, or a new one is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    List<String> columns = Arrays.asList(schema.fieldNames());
    if (!columns.contains(needed(inputCol))) {
      throw new UserException(
          "the rows have no column " + $(inputCol),
          "set inputCol to one of their columns: " + String.join(", ", columns) + ".");
    }
    StructType out = added(schema, needed(outputCol));
    return isSet(errorCol) ? added(out, $(errorCol)) : out;
  }

  private static StructType added(StructType schema, String column) {
    if (column.isBlank()) {
      throw new UserException(
          "the name of a new column is blank",
          "give outputCol a name, and errorCol, if it is set.");
    }
    if (Arrays.stream(schema.fieldNames()).anyMatch(column::equalsIgnoreCase)) {
      throw new UserException(
          "the rows have a column " + column + " already", "choose another name for the new one.");
    }
    return schema.add(column, DataTypes.StringType, true);
  }

  @Override
  public TextGenerator copy(ParamMap extra) {
    return (TextGenerator) defaultCopy(extra);
  }

  /**
   * Returns a writer that saves the stage.
   *
   * @throws UserException when a parameter holds a token of the Hub
   */
  @Override
  public MLWriter write() {
    for (Param<?> param : params()) { // extractParamMap gives a sequence, another in Scala 2.12
      Object value = isDefined(param) ? $(param) : null;
      String text = value instanceof Object[] many ? Arrays.toString(many) : String.valueOf(value);
      if (SecretText.holdsHubToken(text)) {
        throw new UserException(
            "the parameter " + param.name() + " holds a Hugging Face token",
            "remove it: the token comes from the environment variable HF_TOKEN.");
      }
    }
    return DefaultParamsWritable.super.write();
  }

  /** Returns a reader for saved stages, which {@code Pipeline.load} also uses. */
  public static MLReader<TextGenerator> read() {
    return new Saved().read();
  }

  /** Loads a stage that was saved. */
  public static TextGenerator load(String path) {
    return read().load(path);
  }

  private static final class Saved implements DefaultParamsReadable<TextGenerator> {}
}
