package io.herd.udfs.runtime;

import io.herd.udfs.engine.Engine;

/**
 * An engine that has been tried out.
 *
 * @param firstWords its device and what it wrote after a fixed short prompt, for the report
 */
record LoadedEngine(Engine engine, String firstWords) implements AutoCloseable {
  @Override
  public void close() {
    engine.close();
  }
}
