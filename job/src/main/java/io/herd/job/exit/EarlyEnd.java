package io.herd.job.exit;

import io.herd.udfs.HerdException;

/** A run ended at one of its own limits before all rows were done. */
public final class EarlyEnd extends HerdException {
  private final ExitCode code;

  public EarlyEnd(ExitCode code, String problem, String remedy) {
    super(problem, remedy, null);
    this.code = code;
  }

  public ExitCode code() {
    return code;
  }
}
