package io.herd.udfs.runtime;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Request;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** Keeps what a task is told. */
final class Outcomes implements Request.Listener {
  private final LinkedBlockingDeque<Object> told = new LinkedBlockingDeque<>();

  @Override
  public void completed(Completion completion) {
    told.add(completion);
  }

  @Override
  public void failed(Throwable cause) {
    told.add(cause);
  }

  int size() {
    return told.size();
  }

  Object last() {
    return told.getLast();
  }

  /** Waits for the next outcome, and takes it. */
  Object next() throws InterruptedException {
    Object next = told.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody was told anything for 30 s");
    }
    return next;
  }

  Completion completion() throws InterruptedException {
    return (Completion) next();
  }
}
