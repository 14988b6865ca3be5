package io.herd.job.cli;

import io.herd.job.config.ShownText;
import io.herd.job.exit.ExitCode;
import io.herd.udfs.Causes;
import io.herd.udfs.HerdException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Formats an error for the user: problem, causes and remedy, without traces and without secrets.
 */
public final class ErrorText {
  private static final Pattern TRACE =
      Pattern.compile("^\\s+at \\S+\\(.*\\)$|^\\s*\\.\\.\\. \\d+ more$|^Driver stacktrace:");

  private ErrorText() {}

  /** Returns the text, of one or more lines. */
  public static String of(Throwable thrown) {
    StringBuilder message = new StringBuilder();
    ExitCode.userException(thrown)
        .ifPresentOrElse(user -> message.append(user.getMessage()), () -> chain(thrown, message));
    return ShownText.of(message.toString());
  }

  private static void chain(Throwable thrown, StringBuilder message) {
    Throwable first = ours(thrown);
    message.append("Herd failed: ").append(describe(first));
    Causes.of(first.getCause())
        .forEach(cause -> message.append("\n  caused by ").append(describe(cause)));
    Hints.of(message.toString())
        .ifPresent(remedy -> message.append("\n  What to do: ").append(remedy));
  }

  /** Removes what Spark wraps around an exception: the task, its host and a stack trace. */
  private static Throwable ours(Throwable thrown) {
    return Causes.of(thrown).filter(HerdException.class::isInstance).findFirst().orElse(thrown);
  }

  private static String describe(Throwable thrown) {
    boolean ours = thrown.getClass().getName().startsWith("io.herd.");
    return ours ? thrown.getMessage() : withoutTrace(thrown.toString());
  }

  /** Removes the trace of a task that Spark puts into its message. */
  private static String withoutTrace(String text) {
    return text.lines()
        .filter(line -> !TRACE.matcher(line).find())
        .collect(Collectors.joining("\n"));
  }
}
