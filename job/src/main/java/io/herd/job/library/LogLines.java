package io.herd.job.library;

import io.herd.job.resolve.ModelLocator;
import io.herd.udfs.hub.FetchProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the steps of locating a model. */
public final class LogLines implements ModelLocator.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LogLines.class);

  @Override
  public FetchProgress fetching(long bytes) {
    LOG.info("fetching a model of {} MB", bytes / 1_000_000);
    return FetchProgress.NONE;
  }

  @Override
  public void note(String text) {
    LOG.warn(text);
  }
}
