package io.herd.udfs.runtime;

import io.herd.udfs.engine.Engine;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The engine of one lane, after loading and its self-test. Threads other than the lane's may ask
 * for the engine's length, statistics and incidents, and for the watch; they must not call anything
 * else.
 *
 * @param watch takes the time of the model's calls
 * @param smokeTest the device, its lanes, and what the model wrote after a fixed short prompt
 * @param plan the lanes that the model is to have, this one included
 * @param useThreads sets libtorch's number of threads for the thread that calls it
 * @param sharingWeights loads an engine that shares this one's weights and has a KV cache of its
 *     own; to be called on the thread that is to serve it
 */
record LoadedEngine(
    Engine engine,
    StepWatch watch,
    String smokeTest,
    LanePlan plan,
    IntConsumer useThreads,
    Supplier<LoadedEngine> sharingWeights)
    implements AutoCloseable {
  @Override
  public void close() {
    engine.close();
  }
}
