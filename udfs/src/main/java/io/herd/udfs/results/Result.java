package io.herd.udfs.results;

import java.util.Map;

/**
 * One line of the result log: what came of one key. Fields are named as in the log and the output.
 *
 * @param key of the prompt, model and settings
 * @param completion generated text, or null
 * @param label the most likely choice, trimmed, or null
 * @param probability of the label among the choices, or null
 * @param scores probability of every choice, or null
 * @param status {@code ok} or {@code failed}
 * @param finish_reason why the completion ended, or null
 * @param completion_tokens tokens generated
 * @param error why it failed, or null
 */
public record Result(
    String key,
    String completion,
    String label,
    Double probability,
    Map<String, Double> scores,
    String status,
    String finish_reason,
    int completion_tokens,
    String error) {

  /** The log's columns, as Spark reads them. */
  public static final String SCHEMA =
      "key string, completion string, label string, probability double, scores map<string,double>,"
          + " status string, finish_reason string, completion_tokens int, error string";

  public static final String OK = "ok";
  public static final String FAILED = "failed";

  /** Text was generated. */
  public static Result completed(String key, String completion, String finish, int tokens) {
    return new Result(key, completion, null, null, null, OK, finish, tokens, null);
  }

  /** A label was chosen. */
  public static Result labelled(
      String key, String label, double probability, Map<String, Double> scores, String finish) {
    return new Result(key, null, label, probability, scores, OK, finish, 0, null);
  }

  /** The row can't be done, and never will be with these settings. */
  public static Result failed(String key, String error) {
    return new Result(key, null, null, null, null, FAILED, null, 0, error);
  }
}
