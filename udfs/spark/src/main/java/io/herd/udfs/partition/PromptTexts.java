package io.herd.udfs.partition;

import io.herd.udfs.runtime.Engines;
import io.herd.udfs.text.Tokenizer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Decodes a prompt's token ids, the only value of its rows, for people to read; omits special
 * tokens.
 */
public final class PromptTexts implements UDF1<Row, String> {
  private static final long serialVersionUID = 1;

  private final ExecutorFiles files;
  private transient Tokenizer tokenizer; // each task has its own copy

  public PromptTexts(ExecutorFiles files) {
    this.files = files;
  }

  @Override
  public String call(Row row) throws InterruptedException {
    if (tokenizer == null) {
      tokenizer = Engines.tokenizer(files);
    }
    return tokenizer.decode(TokenIds.of(row, 0));
  }
}
