package io.herd.udfs.partition;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.LabelTask;
import io.herd.udfs.results.ResultKey;
import io.herd.udfs.runtime.Engines;
import io.herd.udfs.text.ChatTemplate;
import io.herd.udfs.text.Examples;
import io.herd.udfs.text.PromptEncoder;
import io.herd.udfs.text.PromptRenderer;
import io.herd.udfs.text.PromptSettings;
import io.herd.udfs.text.Tokenizer;
import java.io.Serializable;
import java.util.List;

/**
 * Everything that tasks need to render prompts.
 *
 * @param files how an executor gets the model's tokenizer
 * @param template the model's chat template, or null
 * @param examples that every prompt begins with
 * @param specialTokens the model's
 * @param labels how rows are labelled, if they are
 * @param maxPromptTokens longer prompts fail, or are cut
 * @param maxTokens of a prompt and the labels of all rows together
 * @param generate what rows ask for that have no settings of their own
 * @param columns what is given of each row
 * @param failsEmpty whether a row without text fails, rather than being answered
 */
public record PromptFunction(
    PromptSettings settings,
    ExecutorFiles files,
    ChatTemplate template,
    Examples examples,
    List<String> specialTokens,
    ResultKey keys,
    LabelTask labels,
    int maxPromptTokens,
    int maxTokens,
    GenerateSettings generate,
    InputColumns columns,
    boolean failsEmpty)
    implements Serializable {

  /** Opens it for the rows of one task; the first call in a process loads the tokenizer. */
  public Prompts open() throws InterruptedException {
    Tokenizer tokenizer = Engines.tokenizer(files);
    PromptEncoder encoder =
        new PromptEncoder(
            settings,
            PromptRenderer.of(settings, template, specialTokens, examples),
            tokenizer,
            maxPromptTokens);
    JointLabels joint = labels.how().on() ? new JointLabels(labels, tokenizer) : null;
    return new Prompts(this, encoder, joint);
  }
}
