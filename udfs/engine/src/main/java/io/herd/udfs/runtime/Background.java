package io.herd.udfs.runtime;

import io.herd.udfs.SystemException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs work on its own thread while the caller continues. */
final class Background<T> {
  private final FutureTask<T> task;

  private Background(FutureTask<T> task) {
    this.task = task;
  }

  /** Starts the work. */
  static <T> Background<T> begin(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return new Background<>(task);
  }

  /**
   * Waits for the work's end, and returns its result or throws its exception.
   *
   * @throws InterruptedException when this thread is interrupted while it waits; the work goes on
   */
  T get() throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new SystemException("the engine could not be loaded: " + e.getCause(), e.getCause());
    }
  }
}
