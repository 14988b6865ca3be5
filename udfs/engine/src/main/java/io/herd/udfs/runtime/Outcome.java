package io.herd.udfs.runtime;

import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Request;
import java.util.concurrent.CompletableFuture;

/** How one request ends, to be waited for. */
final class Outcome extends CompletableFuture<Completion> implements Request.Listener {
  @Override
  public void completed(Completion completion) {
    complete(completion);
  }

  @Override
  public void failed(Throwable cause) {
    completeExceptionally(cause);
  }
}
