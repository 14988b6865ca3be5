package io.herd.udfs.runtime;

import io.herd.udfs.engine.Engine;
import java.util.function.Supplier;

/**
 * The engine of one lane, loaded and tried out. Threads other than the lane's may ask for the
 * engine's length, statistics and incidents, and for the watch; they must not call anything else.
 *
 * @param watch takes the time of the model's calls
 * @param firstWords the device, and what the model wrote after a fixed short prompt
 * @param sharingWeights loads an engine that shares this one's weights and has a KV cache of its
 *     own; to be called on the thread that is to serve it
 */
record LoadedEngine(
    Engine engine, StepWatch watch, String firstWords, Supplier<LoadedEngine> sharingWeights)
    implements AutoCloseable {
  @Override
  public void close() {
    engine.close();
  }
}
