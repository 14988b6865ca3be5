package io.herd.udfs.engine;

import io.herd.udfs.grammar.Constraint;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.CompletionText;
import java.nio.IntBuffer;
import java.util.Set;
import java.util.function.Supplier;

/** The common part of many requests of one task: settings, prefix, labels or grammar. */
public final class RequestGroup {
  private final GenerateSettings settings;
  private final int[] prefix;
  private final LabelTokens labels;
  private final Supplier<CompletionText> newText;
  private final Grammar grammar; // null where any text may be written
  private final Set<Integer> endIds;
  private final PassKey passKey;

  private RequestGroup(
      GenerateSettings settings,
      int[] prefix,
      LabelTokens labels,
      Supplier<CompletionText> text,
      Grammar grammar,
      Set<Integer> endIds) {
    this.settings = settings;
    this.prefix = prefix.clone();
    this.labels = labels;
    this.newText = text;
    this.grammar = grammar;
    this.endIds = Set.copyOf(endIds);
    this.passKey = new PassKey(IntBuffer.wrap(this.prefix), labels);
  }

  /**
   * Equal for groups with equal prefix and labels, which can share a pass; buffers are equal if
   * their contents are.
   */
  record PassKey(IntBuffer prefix, LabelTokens labels) {}

  /**
   * Creates a group that generates text.
   *
   * @param prefix tokens that every prompt begins with, and that are computed once; may be empty
   * @param newText makes the text of a new completion
   */
  public static RequestGroup generation(
      GenerateSettings settings, int[] prefix, Supplier<CompletionText> newText) {
    return generation(settings, prefix, newText, null);
  }

  /**
   * Creates a group that generates text in a format.
   *
   * @param grammar the settings' format over the model's vocabulary, or null for any text
   * @throws IllegalArgumentException when no text of it is short enough for the settings
   */
  public static RequestGroup generation(
      GenerateSettings settings, int[] prefix, Supplier<CompletionText> newText, Grammar grammar) {
    if (grammar != null && grammar.leastTokens() > settings.maxNewTokens()) {
      throw new IllegalArgumentException(
          "a format of at least " + grammar.leastTokens() + " tokens in fewer");
    }
    return new RequestGroup(settings, prefix, null, newText, grammar, Set.of());
  }

  /** Returns this group with additional tokens that end a text. */
  public RequestGroup endingAt(Set<Integer> ids) {
    return new RequestGroup(settings, prefix, labels, newText, grammar, ids);
  }

  /** Creates a group that scores labels. */
  public static RequestGroup labelling(
      GenerateSettings settings, int[] prefix, LabelTokens labels) {
    return new RequestGroup(settings, prefix, labels, null, null, Set.of());
  }

  /** Returns how text is generated. */
  public GenerateSettings settings() {
    return settings;
  }

  int[] prefix() {
    return prefix;
  }

  /** Returns the number of tokens that all of its prompts begin with. */
  public int prefixTokens() {
    return prefix.length;
  }

  /** Returns the tokens that end a text beside the model's. */
  public Set<Integer> endIds() {
    return endIds;
  }

  /** Returns the labels to score, or null. */
  public LabelTokens labels() {
    return labels;
  }

  PassKey passKey() {
    return passKey;
  }

  CompletionText newText() {
    return newText.get();
  }

  /** Returns the grammar of texts; null if any text is allowed. */
  public Grammar grammar() {
    return grammar;
  }

  /** Returns the constraint for a new completion; null if any text is allowed. */
  Constraint newConstraint() {
    return grammar == null ? null : grammar.newConstraint();
  }

  /** Returns whether its requests score labels and generate nothing. */
  public boolean scored() {
    return labels != null;
  }
}
