package io.herd.api;

import io.herd.job.config.Settings;
import io.herd.job.input.Source;
import io.herd.job.library.Generation;
import io.herd.job.output.Answers;
import io.herd.job.output.Outputs;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Generates text for the rows of a Dataset, or labels them, with a Llama model. */
public final class Herd {
  private Herd() {}

  /**
   * Returns the rows with the model's answers. The Dataset is lazy: nothing is generated before an
   * action needs rows. Each row comes out once, with its own columns and these:
   *
   * <ul>
   *   <li>{@code completion} (string), the text; or with {@code choices} {@code label} (string),
   *       {@code probability} (double, among the labels) and {@code scores} (map of string to
   *       double)
   *   <li>{@code status}, {@code ok} or {@code failed}; {@code error}, why a row failed
   *   <li>{@code finish_reason}, {@code prompt_tokens} and {@code completion_tokens} (int)
   * </ul>
   *
   * <p>{@code output.columns} selects and renames these, so that rows may have columns of such
   * names already.
   *
   * <p>With {@code run.work-dir} the first action on the returned Dataset does all of its rows, and
   * logs the results there: later actions, calls and jobs with the same work-dir generate nothing
   * that is in the log. The rows with their prompts are kept in Spark's storage while the Dataset
   * is in use. Without a work-dir nothing is kept, and every action generates again the rows that
   * it needs; then rows keep their order, and a streaming Dataset can be given, too.
   *
   * <p>Access to the model is proven, and templates and columns are checked, before this returns. A
   * model of the Hub is pinned to the commit that its revision stands for now.
   *
   * @param rows a batch, or without a work-dir also a stream
   * @param settings which model, which prompt, what to generate
   * @throws io.herd.udfs.UserException saying what to correct: a setting, a column, access
   * @throws io.herd.udfs.SystemException when the network, a disk or the cluster fails
   */
  public static Dataset<Row> generate(Dataset<Row> rows, HerdSettings settings) {
    Settings read = settings.read();
    Source.check(rows, read);
    Generation.Done done = Generation.of(rows, read);
    return Outputs.named(Outputs.of(done.rows(), new Answers(read, done.reasoning())), read);
  }
}
