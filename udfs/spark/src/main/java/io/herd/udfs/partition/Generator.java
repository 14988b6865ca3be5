package io.herd.udfs.partition;

import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.text.Tokenizer;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Set;

/**
 * Generates or labels rows on a task's engine, independent of where their results go.
 *
 * <p>Travels to executors with the function of every task: it holds records and handles, and the
 * Hub's token is behind a broadcast.
 *
 * @param files how an executor gets the tokenizer
 * @param labels how rows are labelled, if they are
 * @param counters for the driver
 */
public record Generator(
    TaskEngine engine,
    ExecutorFiles files,
    GenerateSettings generate,
    LabelTask labels,
    TaskCounters counters)
    implements Serializable {

  /**
   * Processes rows; the sink gets their results in any order.
   *
   * @param prefix tokens that all prompts begin with; may be empty
   * @param finished keys of rows that need not be done again
   * @return rows done, those included
   */
  long run(
      EngineLease lease,
      int[] prefix,
      Iterator<PendingRow> rows,
      Set<String> finished,
      TaskLoop.Sink sink)
      throws InterruptedException {
    return new TaskLoop(lease, tasks(lease, prefix), sink, counters).run(rows, finished);
  }

  private RowTask.Finder tasks(EngineLease lease, int[] prefix) throws InterruptedException {
    Tokenizer tokenizer = Engines.tokenizer(files);
    if (labels.how().moderation() != null) {
      return new Verdicts(
          labels.how(), generate, prefix, tokenizer, format -> Engines.grammar(files, format));
    }
    if (labels.how().on()) {
      return new LabelSets(labels, generate, prefix, tokenizer, lease);
    }
    return new GenerationTasks(
        generate, prefix, tokenizer, format -> Engines.grammar(files, format));
  }
}
