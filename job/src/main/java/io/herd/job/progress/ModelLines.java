package io.herd.job.progress;

import io.herd.job.resolve.ModelLocator;
import io.herd.udfs.hub.FetchProgress;
import java.io.PrintStream;

/** Prints the steps of locating a model. */
public record ModelLines(PrintStream out) implements ModelLocator.Listener {
  @Override
  public FetchProgress fetching(long bytes) {
    return new FetchLine(out, bytes);
  }

  @Override
  public void note(String text) {
    out.printf("%-9s %s%n", "note", text);
  }
}
