package io.herd.udfs.results;

import java.util.List;

/**
 * A generated token in the result log and the output.
 *
 * @param token its text; a part of a character shows as \uFFFD
 * @param id in the vocabulary
 * @param logprob its log-probability, natural, before penalties and temperature
 * @param alternatives the most likely tokens at its position, in descending order
 */
public record TokenLine(String token, int id, double logprob, List<Alternative> alternatives) {
  static final String SCHEMA =
      "array<struct<token:string,id:int,logprob:double,"
          + "alternatives:array<struct<token:string,id:int,logprob:double>>>>";

  /** An alternative to the token. */
  public record Alternative(String token, int id, double logprob) {}
}
