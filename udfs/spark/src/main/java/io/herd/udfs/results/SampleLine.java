package io.herd.udfs.results;

import java.util.List;

/**
 * One of several completions of a prompt, in the result log and the output.
 *
 * @param logprobs of each token, or null when they weren't asked for
 */
public record SampleLine(
    String completion, String finishReason, int completionTokens, List<TokenLine> logprobs) {
  static final String SCHEMA =
      "array<struct<completion:string,finish_reason:string,completion_tokens:int,logprobs:"
          + TokenLine.SCHEMA
          + ">>";
}
