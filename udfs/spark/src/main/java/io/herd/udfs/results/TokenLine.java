package io.herd.udfs.results;

import java.util.List;

/**
 * A generated token in the result log and the output.
 *
 * @param token its text; a part of a character shows as \uFFFD
 * @param id in the vocabulary
 * @param logprob its log-probability, natural, before penalties and temperature
 * @param alternatives the likeliest tokens at its place, the likeliest first
 */
public record TokenLine(String token, int id, double logprob, List<Alternative> alternatives) {
  static final String SCHEMA =
      "array<struct<token:string,id:int,logprob:double,"
          + "alternatives:array<struct<token:string,id:int,logprob:double>>>>";

  /** What could have stood there. */
  public record Alternative(String token, int id, double logprob) {}
}
