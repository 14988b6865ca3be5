package io.herd.udfs.engine;

import io.herd.udfs.lookup.Budget;
import io.herd.udfs.lookup.Chances;
import io.herd.udfs.lookup.Draft;
import io.herd.udfs.schedule.Arena;
import java.util.ArrayList;
import java.util.List;

/** Which tokens are verified beside the next ones of the rows of a pass. */
final class Proposals {
  static final int[] NOTHING = {};

  /** Tokens of one row and pass. */
  private static final int MOST_OF_A_ROW = 32;

  private Budget budget; // null where nothing is proposed
  private final Chances chances = Chances.ofAll();

  /** Nothing is ever proposed. */
  Proposals() {
    this(null);
  }

  Proposals(Budget budget) {
    this.budget = budget;
  }

  /**
   * Keeps passes with proposals within fewer tokens.
   *
   * @return whether they might have had more
   */
  boolean keepWithin(int tokens) {
    boolean fewer = budget != null && tokens < budget.mostTokens();
    budget = fewer ? new Budget(budget.passTokens(), tokens) : budget;
    return fewer;
  }

  /** For the rows of the arenas, one arena behind the other. */
  int[][] of(List<Arena<ActiveRequest>> arenas) {
    int rows = arenas.stream().mapToInt(arena -> arena.rows().size()).sum();
    int drafted = budget == null ? 0 : budget.drafted(rows);
    List<Draft> drafts = new ArrayList<>();
    for (Arena<ActiveRequest> arena : arenas) {
      for (ActiveRequest row : arena.rows()) {
        drafts.add(drafts.size() < drafted ? draft(row, arena.capacity()) : Draft.NONE);
      }
    }
    double least = budget == null ? 1 : budget.least(drafts);
    return drafts.stream().map(draft -> draft.first(draft.worth(least))).toArray(int[][]::new);
  }

  /** No longer than its arena holds: it grows, as ever, by the tokens that came. */
  private Draft draft(ActiveRequest row, int capacity) {
    return row.propose(chances, Math.min(MOST_OF_A_ROW, capacity - row.length()));
  }
}
