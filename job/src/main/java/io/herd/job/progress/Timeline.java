package io.herd.job.progress;

import io.herd.job.workdir.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The generate step's progress over time, in a bounded number of points. One thread adds. */
public final class Timeline {
  private static final int MOST = 200;
  private static final double LEAST_SECONDS = 0.5;

  private volatile List<Progress> points = List.of();
  private volatile RunProgress.Generating now;
  private double apart = LEAST_SECONDS;

  /**
   * Adds a point. The last point is always the latest; it stays when the next one comes long enough
   * after it.
   */
  void add(Progress now) {
    List<Progress> more = new ArrayList<>(points);
    int last = more.size() - 1;
    if (last >= 0 && more.get(last).seconds() - seconds(more, last - 1) < apart) {
      more.set(last, now);
    } else {
      more.add(now);
    }
    if (more.size() > MOST) {
      apart *= 2;
      more = everyOther(more);
    }
    points = List.copyOf(more);
  }

  private static double seconds(List<Progress> points, int at) {
    return at < 0 ? 0 : points.get(at).seconds();
  }

  void now(RunProgress.Generating generating) {
    now = generating;
  }

  /** Returns the step's current progress, once it has begun. */
  public Optional<RunProgress.Generating> now() {
    return Optional.ofNullable(now);
  }

  private static List<Progress> everyOther(List<Progress> all) {
    List<Progress> kept = new ArrayList<>();
    for (int i = (all.size() - 1) % 2; i < all.size(); i += 2) {
      kept.add(all.get(i));
    }
    return kept;
  }

  /** Returns the last point that is at least this old, or the step's beginning. */
  Progress before(double seconds) {
    List<Progress> all = points;
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).seconds() <= seconds) {
        return all.get(i);
      }
    }
    return Progress.NONE;
  }

  /**
   * Returns the points, starting with the first tokens. An end that is short is part of the
   * interval before: the tokens of many seconds may be counted in it, and a chart would show it
   * alone.
   */
  public List<Progress> points() {
    List<Progress> all = points;
    int last = all.size() - 1;
    if (last < 1 || all.get(last).seconds() - all.get(last - 1).seconds() >= apart) {
      return all;
    }
    List<Progress> joined = new ArrayList<>(all);
    joined.remove(last - 1);
    return List.copyOf(joined);
  }
}
