package io.herd.udfs.engine;

import java.util.concurrent.CompletableFuture;

/** The future result of one request. */
public final class Outcome extends CompletableFuture<Completion> implements Request.Listener {
  @Override
  public void completed(Completion completion) {
    complete(completion);
  }

  @Override
  public void failed(Throwable cause) {
    completeExceptionally(cause);
  }
}
