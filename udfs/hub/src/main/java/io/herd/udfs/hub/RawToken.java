package io.herd.udfs.hub;

/**
 * A token as it was found, before cleaning. It doesn't print itself.
 *
 * @param source where it was found, in words for people
 */
public record RawToken(String source, String text) {
  @Override
  public String toString() {
    return "a token in " + source;
  }
}
