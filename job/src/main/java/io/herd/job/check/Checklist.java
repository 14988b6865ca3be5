package io.herd.job.check;

import io.herd.udfs.HerdException;
import java.io.PrintStream;
import java.util.function.Function;
import java.util.function.Supplier;

/** Prints ticks, and the cross that ends them. */
public record Checklist(PrintStream out) {
  public <T> T check(String name, Supplier<T> body, Function<T, String> describe) {
    try {
      T result = body.get();
      tick(name, describe.apply(result));
      return result;
    } catch (HerdException e) {
      out.printf("  ✗ %s%n", name);
      throw e;
    }
  }

  /** Prints a passed check with a warning: the setting is valid, but may not be intended. */
  public void warn(String name, String text) {
    out.printf("  ! %-17s %s%n", name, text);
  }

  public void tick(String name, String text) {
    out.printf("  ✓ %-17s %s%n", name, text);
  }
}
