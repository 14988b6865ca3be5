package io.herd.udfs.results;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Labelling;
import io.herd.udfs.sample.Moderation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of the result log: the result of one key. The log and the output name fields in snake
 * case.
 *
 * @param key of the prompt, model and settings
 * @param completion generated text, of an unsafe chat its categories, or null
 * @param completions several for one prompt, or null
 * @param logprobs of the completion's tokens, or null when they weren't asked for
 * @param label the most likely choice, trimmed, or null
 * @param probability of the label among the choices, or null
 * @param scores probability of every choice, or null
 * @param status {@code ok} or {@code failed}
 * @param finishReason why the completion ended, or null; each of several has its own
 * @param completionTokens tokens generated, for all completions together
 * @param error why it failed, or null
 */
public record Result(
    String key,
    String completion,
    List<SampleLine> completions,
    List<TokenLine> logprobs,
    String label,
    Double probability,
    Map<String, Double> scores,
    String status,
    String finishReason,
    int completionTokens,
    String error) {

  /** Writes and reads a line of the log. */
  public static final Gson JSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();

  /** The log's columns, as Spark reads them. */
  public static final String SCHEMA =
      "key string, completion string, completions "
          + SampleLine.SCHEMA
          + ", logprobs "
          + TokenLine.SCHEMA
          + ", label string, probability double, scores map<string,double>,"
          + " status string, finish_reason string, completion_tokens int, error string";

  /**
   * The answer column that isn't in the log, because it is the completion's JSON as a typed value.
   */
  public static final String PARSED = "parsed";

  public static final String OK = "ok";
  public static final String FAILED = "failed";

  /** Returns the answer columns for these settings, in the output's order. */
  public static List<String> answers(GenerateSettings settings, Labelling labelling) {
    if (labelling.multi()) {
      return List.of("labels", "scores");
    }
    if (labelling.moderation() != null) {
      return List.of("safe", "label", "probability", "scores", "categories");
    }
    if (labelling.on()) {
      return List.of("label", "probability", "scores");
    }
    List<String> answers = new ArrayList<>();
    answers.add(settings.samples() > 1 ? "completions" : "completion");
    if (settings.format() != null && settings.format().kind() == Format.Kind.JSON_SCHEMA) {
      answers.add(PARSED);
    }
    if (settings.logprobs() > 0 && settings.samples() == 1) {
      answers.add("logprobs");
    }
    return answers;
  }

  /** Creates the result of one or more generated texts. */
  public static Result completed(String key, List<SampleLine> samples) {
    if (samples.size() > 1) {
      int tokens = samples.stream().mapToInt(SampleLine::completionTokens).sum();
      return new Result(key, null, samples, null, null, null, null, OK, null, tokens, null);
    }
    SampleLine one = samples.get(0);
    return new Result(
        key,
        one.completion(),
        null,
        one.logprobs(),
        null,
        null,
        null,
        OK,
        one.finishReason(),
        one.completionTokens(),
        null);
  }

  /** Creates the result of a chosen label. */
  public static Result labelled(
      String key, String label, double probability, Map<String, Double> scores, String finish) {
    return new Result(key, null, null, null, label, probability, scores, OK, finish, 0, null);
  }

  /**
   * Creates the result of an unsafe chat.
   *
   * @param safe probability that it isn't
   * @param categories what the model wrote: codes with commas between them
   * @param tokens of them
   */
  public static Result unsafe(String key, double safe, String categories, int tokens) {
    Map<String, Double> scores = verdict(safe);
    return new Result(
        key,
        categories,
        null,
        null,
        Moderation.UNSAFE,
        1 - safe,
        scores,
        OK,
        FinishReason.CHOICE.text(),
        tokens,
        null);
  }

  /** Creates the result of a chat that is safe with this probability. */
  public static Result safe(String key, double safe) {
    return labelled(key, Moderation.SAFE, safe, verdict(safe), FinishReason.CHOICE.text());
  }

  private static Map<String, Double> verdict(double safe) {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put(Moderation.SAFE, safe);
    scores.put(Moderation.UNSAFE, 1 - safe);
    return scores;
  }

  /**
   * Creates the result of independently scored choices; the output decides which of them the row
   * gets.
   */
  public static Result scored(String key, Map<String, Double> scores, String finish) {
    return new Result(key, null, null, null, null, null, scores, OK, finish, 0, null);
  }

  /** Creates the result of a row that can't succeed with these settings. */
  public static Result failed(String key, String error) {
    return new Result(key, null, null, null, null, null, null, FAILED, null, 0, error);
  }
}
