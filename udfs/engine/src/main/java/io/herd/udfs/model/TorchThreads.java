package io.herd.udfs.model;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.herd.udfs.SystemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Threads that call libtorch concurrently, and the threads that libtorch computes with in each
 * call.
 */
final class TorchThreads {
  /** A piece of work. */
  @FunctionalInterface
  interface Job {
    void run() throws IOException;
  }

  private TorchThreads() {}

  /** Returns the number of threads that libtorch uses when this thread calls it. */
  static int used() {
    Engine.getEngine("PyTorch"); // loads libtorch, if nothing has yet
    return JniUtils.getNumThreads();
  }

  /**
   * Runs several jobs at once, each on its own thread with its part of libtorch's threads; a single
   * one on this thread. Returns or throws when all have ended.
   *
   * @throws IOException of the first that failed, as is each RuntimeException and Error
   */
  static void all(List<Job> jobs) throws IOException {
    if (jobs.size() == 1) {
      jobs.get(0).run();
      return;
    }
    int threads = used();
    List<Running> running = new ArrayList<>();
    for (Job job : jobs) {
      running.add(new Running(job, Math.max(1, threads / jobs.size())));
    }
    running.forEach(Thread::start);
    boolean interrupted = join(running);
    JniUtils.setNumThreads(threads); // the number that new threads begin with is one for all
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new SystemException("interrupted while weights were loaded", null);
    }
    for (Running each : running) {
      each.rethrow();
    }
  }

  private static boolean join(List<Running> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    return interrupted;
  }

  private static final class Running extends Thread {
    private final Job job;
    private final int threads;
    private Throwable failure; // read after join

    Running(Job job, int threads) {
      super("herd-loading");
      this.job = job;
      this.threads = threads;
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        JniUtils.setNumThreads(threads);
        JniUtils.setGraphExecutorOptimize(false); // as TorchModule
        job.run();
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      }
    }

    void rethrow() throws IOException {
      if (failure instanceof IOException e) {
        throw e;
      } else if (failure instanceof RuntimeException e) {
        throw e;
      } else if (failure instanceof Error e) {
        throw e;
      }
    }
  }
}
