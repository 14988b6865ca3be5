package io.herd.udfs.endpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Limits concurrent requests to what the server can handle, as TCP finds a line's rate: the number
 * grows by one with each answer until the server first reports an overload, is halved then, and
 * from there on grows by one with each round of answers (AIMD, Chiu and Jain 1989).
 */
final class Gate {
  private static final int FIRST = 16;

  private final int most;
  private final Deque<CompletableFuture<Long>> waiting = new ArrayDeque<>(); // guarded by this
  private double limit; // guarded by this
  private boolean searching = true; // for the first limit; guarded by this
  private int inside; // guarded by this
  private long entries; // guarded by this
  private long lastCut; // the number of entries then; guarded by this

  Gate(int most) {
    this.most = most;
    this.limit = Math.min(FIRST, most);
  }

  /** Completes when the request may be sent, with the number of its entry. */
  CompletableFuture<Long> enter() {
    CompletableFuture<Long> turn = new CompletableFuture<>();
    synchronized (this) {
      waiting.add(turn);
    }
    admit();
    return turn;
  }

  /** Called when an answer arrived. */
  void served() {
    synchronized (this) {
      if (inside >= (int) limit) { // else it says nothing about more
        limit = Math.min(most, limit + (searching ? 1 : 1 / limit));
      }
    }
    left();
  }

  /**
   * Called when the server reported an overload. What had entered before the last cut says it
   * again.
   */
  void overloaded(long entry) {
    synchronized (this) {
      if (entry >= lastCut) {
        limit = Math.max(1, limit / 2);
        lastCut = entries;
        searching = false;
      }
    }
    left();
  }

  /** Called when the request ended in another way. */
  void left() {
    synchronized (this) {
      inside--;
    }
    admit();
  }

  /** Returns the current limit. */
  synchronized int level() {
    return (int) limit;
  }

  private void admit() {
    List<CompletableFuture<Long>> admitted = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    synchronized (this) {
      while (inside < (int) limit && !waiting.isEmpty()) {
        CompletableFuture<Long> next = waiting.remove();
        if (!next.isDone()) { // its request was dropped
          inside++;
          admitted.add(next);
          numbers.add(entries++);
        }
      }
    }
    for (int i = 0; i < admitted.size(); i++) {
      if (!admitted.get(i).complete(numbers.get(i))) {
        left();
      }
    }
  }
}
