package io.herd.udfs.runtime;

import io.herd.udfs.engine.Engine;

/**
 * An engine that has been tried out.
 *
 * @param firstWords its device and what it wrote after a fixed short prompt, for the report
 * @param model what the engine runs
 */
record LoadedEngine(Engine engine, String firstWords, TimedModel model) implements AutoCloseable {
  @Override
  public void close() {
    engine.close();
  }
}
