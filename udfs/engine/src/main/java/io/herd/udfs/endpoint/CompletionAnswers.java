package io.herd.udfs.endpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.RowException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.FinishReason;
import io.herd.udfs.engine.Request;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.sample.TokenScores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Parses servers' answers to {@link CompletionRequests}: untrusted JSON of any shape. */
record CompletionAnswers(CompletionRequests requests) {
  private static final String TOKEN_ID = "token_id:";

  /**
   * Returns a text, or the labels' log-probabilities.
   *
   * @throws AnswerProblem when it isn't what was asked for
   * @throws RowException when it is, and isn't of the format
   * @throws UserException when the server doesn't read token ids as they are
   */
  Completion read(JsonObject answer, Request request) throws AnswerProblem {
    try {
      requireAllIds(answer, request);
      return request.group().scored() ? scored(answer, request) : generated(answer, request);
    } catch (ClassCastException
        | IllegalStateException
        | NullPointerException
        | IndexOutOfBoundsException
        | UnsupportedOperationException
        | NumberFormatException e) { // Gson's, for parts that are missing or of another kind
      throw AnswerProblem.broken("JSON that isn't a completion's", e);
    }
  }

  /**
   * Requires that all ids arrived: a server that reads them as text, or truncates long prompts,
   * answers another prompt.
   */
  private void requireAllIds(JsonObject answer, Request request) {
    int read = answer.getAsJsonObject("usage").get("prompt_tokens").getAsInt();
    int prompt = request.ids().length;
    int sent =
        request.group().scored() && !requests.asNextToken(request.group().labels().ids())
            ? request.group().labels().ids().stream().mapToInt(label -> prompt + label.length).sum()
            : prompt;
    if (read != sent) {
      throw new UserException(
          "the server read " + read + " tokens where " + sent + " were sent",
          "use a server that takes prompts as token ids and doesn't cut them, as vLLM does.");
    }
  }

  private Completion generated(JsonObject answer, Request request) throws AnswerProblem {
    JsonObject choice = answer.getAsJsonArray("choices").get(0).getAsJsonObject();
    String text = choice.get("text").getAsString();
    FinishReason finish = finish(choice);
    int tokens = answer.getAsJsonObject("usage").get("completion_tokens").getAsInt();
    if (finish == FinishReason.STOP && endCounted(choice)) {
      tokens--;
    }
    int wanted = request.group().settings().logprobs();
    List<TokenScores> scores =
        wanted > 0 ? scores(choice.getAsJsonObject("logprobs"), tokens, wanted) : List.of();
    String checked = checked(text, finish, request.group().grammar());
    return new Completion(() -> checked, Math.max(0, tokens), finish, scores, null);
  }

  /** vLLM counts a token that ends the text, and gives no stop reason or the token's id. */
  private boolean endCounted(JsonObject choice) {
    JsonElement reason = choice.get("stop_reason");
    boolean string = reason != null && reason.isJsonPrimitive() && !isNumber(reason);
    return requests.served().extended() && !string;
  }

  private static boolean isNumber(JsonElement value) {
    return value.getAsJsonPrimitive().isNumber();
  }

  private static FinishReason finish(JsonObject choice) throws AnswerProblem {
    return switch (choice.get("finish_reason").getAsString()) {
      case "stop" -> FinishReason.STOP;
      case "length" -> FinishReason.LENGTH;
      default -> throw AnswerProblem.broken("a text that the server didn't end", null);
    };
  }

  /** Verifies a format that the server claims to enforce. */
  private static String checked(String text, FinishReason finish, Grammar grammar) {
    if (grammar == null) {
      return text;
    }
    return grammar
        .read(text)
        .orElseThrow(
            () ->
                new RowException(
                    finish == FinishReason.LENGTH
                        ? "the server's text isn't whole at herd.generate.max-new-tokens, as"
                            + " herd.format demands it"
                        : "the server's text isn't of herd.format"));
  }

  private static List<TokenScores> scores(JsonObject logprobs, int tokens, int wanted) {
    JsonArray names = logprobs.getAsJsonArray("tokens");
    JsonArray values = logprobs.getAsJsonArray("token_logprobs");
    JsonArray tops = logprobs.getAsJsonArray("top_logprobs");
    List<TokenScores> scores = new ArrayList<>();
    for (int i = 0; i < tokens; i++) {
      List<Map.Entry<String, JsonElement>> likeliest =
          tops.get(i).getAsJsonObject().entrySet().stream()
              .sorted(Comparator.comparingDouble(each -> -each.getValue().getAsDouble()))
              .limit(wanted)
              .toList();
      if (likeliest.size() < wanted) {
        throw new IndexOutOfBoundsException("too few alternatives");
      }
      scores.add(
          new TokenScores(
              id(names.get(i).getAsString()),
              values.get(i).getAsDouble(),
              likeliest.stream().mapToInt(each -> id(each.getKey())).toArray(),
              likeliest.stream().mapToDouble(each -> each.getValue().getAsDouble()).toArray()));
    }
    return scores;
  }

  private static int id(String name) {
    return Integer.parseInt(name.substring(TOKEN_ID.length()));
  }

  private Completion scored(JsonObject answer, Request request) throws AnswerProblem {
    return Completion.labelled(sums(answer, request.ids().length, request.group().labels().ids()));
  }

  /**
   * Returns the labels' log-probabilities, in their order.
   *
   * @param prompt tokens before each label
   */
  double[] sums(JsonObject answer, int prompt, List<int[]> labels) throws AnswerProblem {
    JsonArray choices = answer.getAsJsonArray("choices");
    if (requests.asNextToken(labels)) {
      return nextToken(choices.get(0).getAsJsonObject(), labels);
    }
    double[] sums = new double[labels.size()];
    for (JsonElement each : choices) {
      JsonObject choice = each.getAsJsonObject();
      int label = choice.get("index").getAsInt();
      sums[label] = sum(choice, prompt, labels.get(label));
    }
    if (choices.size() != sums.length) {
      throw AnswerProblem.broken(choices.size() + " answers for " + sums.length + " labels", null);
    }
    return sums;
  }

  private static double[] nextToken(JsonObject choice, List<int[]> labels) {
    JsonObject told =
        choice.getAsJsonObject("logprobs").getAsJsonArray("top_logprobs").get(0).getAsJsonObject();
    return labels.stream()
        .mapToDouble(label -> told.get(TOKEN_ID + label[0]).getAsDouble())
        .toArray();
  }

  private double sum(JsonObject choice, int prompt, int[] label) {
    double sum = 0;
    for (int i = 0; i < label.length; i++) {
      sum +=
          requests.served().extended()
              ? choice
                  .getAsJsonArray("prompt_logprobs")
                  .get(prompt + i)
                  .getAsJsonObject()
                  .getAsJsonObject(Integer.toString(label[i]))
                  .get("logprob")
                  .getAsDouble()
              : choice
                  .getAsJsonObject("logprobs")
                  .getAsJsonArray("token_logprobs")
                  .get(prompt + i)
                  .getAsDouble();
    }
    return sum;
  }
}
