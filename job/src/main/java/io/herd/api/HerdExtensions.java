package io.herd.api;

import io.herd.job.sql.Functions;
import org.apache.spark.sql.SparkSessionExtensions;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Adds two functions to Spark SQL, with {@code spark.sql.extensions=io.herd.api.HerdExtensions}:
 *
 * <ul>
 *   <li>{@code herd_generate(prompt [, options [, name]])}: a struct of {@code completion}
 *       (string), {@code finish_reason} (string), {@code completion_tokens} (int) and {@code error}
 *       (string). Options are a map of the keys of {@code herd.generate}, such as {@code
 *       map('max-new-tokens', '32')}. With a temperature, equal prompts give equal texts, wherever
 *       their rows stand; a name, such as the row's id, makes texts of equal prompts differ
 *   <li>{@code herd_label(prompt, labels)}: a struct of {@code label} (string), {@code probability}
 *       (double), {@code scores} (map of string to double) and {@code error} (string). Labels are
 *       an array, written exactly as they would follow the prompt
 * </ul>
 *
 * <p>The prompt is a string of the row's own; options and labels are constants. A row that can't be
 * done has an {@code error}, and the query goes on. Model and settings are those of {@code
 * conf/reference.conf} with {@code spark.} before them: {@code spark.herd.model.path} or {@code
 * spark.herd.model.id}, {@code spark.herd.prompt.chat} and so on; the Hub's token is never one of
 * them. Rows are handed to the engine in batches and keep their order. Nothing is kept: each query
 * generates again. A call whose result nothing reads isn't made, and one in a CTE is made once for
 * all of its readers. Before Spark 4.0 calls are refused, and everything else is left alone.
 */
public final class HerdExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    Functions.addTo(extensions);
    return BoxedUnit.UNIT;
  }
}
