package io.herd.udfs.engine;

import java.util.concurrent.CompletableFuture;

/** How one request ends, to be waited for. */
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
