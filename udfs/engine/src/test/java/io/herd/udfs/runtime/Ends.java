package io.herd.udfs.runtime;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.text.CompletionText;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often a request ended, one way or another. */
final class Ends implements Request.Listener {
  private final AtomicInteger ends = new AtomicInteger();

  @Override
  public void completed(Completion completion) {
    ends.incrementAndGet();
  }

  @Override
  public void failed(Throwable cause) {
    ends.incrementAndGet();
  }

  int count() {
    return ends.get();
  }

  /** A short request whose ends these are. */
  Request request() {
    RequestGroup group =
        RequestGroup.generation(
            GenerateSettings.trial(1), new int[0], () -> new CompletionText(ids -> "", List.of()));
    return new Request(new int[2], 0, group, this);
  }
}
