package io.herd.udfs.runtime;

import io.herd.udfs.model.MemoryBudget;

/**
 * How an engine's rows and threads are divided among its lanes.
 *
 * <p>On processors a lane is an engine of few threads: one engine of all threads waits at some 200
 * barriers a step. But each lane reads all weights once a step, and a step of decoding does little
 * else. Measured on two cores, SmolLM2 in bfloat16: two lanes of a thread score labels 1.14 to 1.42
 * times as fast as one of two, and generate texts 0.85 to 1.0 times as fast. So texts keep to the
 * first lane, unless lanes are asked for.
 *
 * @param lanes how many
 * @param slots rows at once of each lane
 * @param threads of libtorch, of all lanes together
 * @param opening cost of the requests that must wait for each lane at work before another begins,
 *     see {@link Intake}
 * @param forTexts whether other lanes than the first begin for texts, too, not for labels alone
 * @param fixed whether a lane has as many threads while others have no work, too
 */
record LanePlan(int lanes, int slots, int threads, int opening, boolean forTexts, boolean fixed) {
  /** Maximum bytes of weights for lanes of one thread. */
  private static final long SMALL = 1L << 30;

  private static final int THREADS_FOR_LARGE = 8;

  /** Concurrent rows that justify a lane; with fixed shapes, the width of its passes. */
  private static final int LEAST_SLOTS = 32;

  /**
   * Two lanes of one thread were slower than one lane of two threads with 8 rows, and faster with
   * 16.
   */
  private static final int OPENING = 12;

  /**
   * Plans a lane for each stage of a model on GPUs, or of a split model: while one lane's rows are
   * on the second device, the next lane's are on the first, so that all devices are busy (pipeline
   * parallelism). For that each lane needs rows, so a single request opens one.
   */
  static LanePlan ofStages(
      EngineSettings settings,
      MemoryBudget budget,
      int maxTokens,
      long kvTokens,
      int threads,
      int stages) {
    long each = Math.max(1, kvTokens / stages);
    long slots = settings.slots() > 0 ? settings.slots() / stages : budget.slots(each);
    if (settings.deterministic()) {
      slots = Math.min(slots, each / maxTokens);
    }
    return new LanePlan(stages, (int) Math.max(1, slots), threads, 1, true, true);
  }

  /**
   * Plans the lanes of an unsplit model on processors.
   *
   * <p>With fixed shapes a row's bytes depend on the rows and the threads of a pass: there is one
   * lane, or, where lanes are asked for, each is as wide and has as many threads whatever their
   * number.
   */
  static LanePlan ofProcessors(
      EngineSettings settings, MemoryBudget budget, int maxTokens, long kvTokens, int threads) {
    boolean fixed = settings.deterministic();
    boolean asked = settings.lanes() > 0;
    long longest = Math.max(1, kvTokens / maxTokens);
    long rows = settings.slots() > 0 ? settings.slots() : budget.slots(kvTokens);
    rows = fixed ? Math.min(rows, longest) : rows;
    int eachThreads = budget.weightBytes() > SMALL ? THREADS_FOR_LARGE : 1;
    long auto = fixed ? 1 : Math.max(1, Math.min(threads / eachThreads, rows / LEAST_SLOTS));
    long wanted = asked ? settings.lanes() : auto;
    int lanes = (int) Math.min(wanted, Math.min(rows, longest));
    long slots = asked || settings.slots() > 0 ? rows / lanes : rows;
    slots = fixed && asked ? Math.min(slots, LEAST_SLOTS) : slots;
    return new LanePlan(lanes, (int) slots, threads, OPENING, asked, fixed);
  }

  /** Returns a lane's threads while {@code working} lanes have work. */
  int threads(int working) {
    return Math.max(1, threads / (fixed ? lanes : working));
  }

  /** Describes the plan for reports. */
  String words() {
    int each = threads(lanes);
    String counted = each == 1 ? "1 thread" : each + " threads";
    return lanes == 1 ? counted : lanes + " lanes of " + counted;
  }
}
