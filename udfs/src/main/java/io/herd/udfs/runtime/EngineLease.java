package io.herd.udfs.runtime;

import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.Work;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A task's use of a shared engine. Closing it takes the task's requests back. */
public final class EngineLease implements AutoCloseable {
  private final EngineThread engine;
  private final EngineThread.Ready ready;
  private final Runnable release;
  private final Set<Work> works = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  EngineLease(EngineThread engine, EngineThread.Ready ready, Runnable release) {
    this.engine = engine;
    this.ready = ready;
    this.release = release;
  }

  /** Tokens that the longest row may have, prompt and completion together. */
  public int maxTokens() {
    return ready.maxTokens();
  }

  /** What the engine said when it was tried out, see {@link LoadedEngine}. */
  public String firstWords() {
    return ready.firstWords();
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
