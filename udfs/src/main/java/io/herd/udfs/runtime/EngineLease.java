package io.herd.udfs.runtime;

import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.Work;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A task's use of a shared engine. Closing it takes the task's requests back. */
public final class EngineLease implements AutoCloseable {
  private final EngineThread engine;
  private final int maxTokens;
  private final Runnable release;
  private final Set<Work> works = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  EngineLease(EngineThread engine, int maxTokens, Runnable release) {
    this.engine = engine;
    this.maxTokens = maxTokens;
    this.release = release;
  }

  /** Tokens that the longest row may have, prompt and completion together. */
  public int maxTokens() {
    return maxTokens;
  }

  /** Queues a request; its listener is told the outcome on the engine's thread. */
  public void submit(Request request) {
    works.add(request.work());
    engine.submit(request);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      engine.cancel(request -> works.contains(request.work()));
      release.run();
    }
  }
}
