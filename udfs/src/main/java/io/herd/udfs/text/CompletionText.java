package io.herd.udfs.text;

import java.util.List;
import java.util.function.Function;

/** Placeholder until the text branch is merged. */
public final class CompletionText {
  public CompletionText(Function<int[], String> decoder, List<String> stop) {}

  public boolean append(int id) {
    return false;
  }

  public String text() {
    return "";
  }
}
