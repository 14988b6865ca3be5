package io.herd.udfs.template.syntax;

/**
 * A part of a template's source.
 *
 * @param start in chars
 * @param end in chars, exclusive
 */
public record Span(int start, int end) {
  Span to(Span last) {
    return new Span(start, Math.max(end, last.end));
  }
}
