package io.herd.udfs.engine;

import io.herd.udfs.lookup.AcceptanceRates;
import io.herd.udfs.lookup.Budget;
import io.herd.udfs.lookup.Draft;
import io.herd.udfs.schedule.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** The tokens that a pass verifies beside the next tokens of its rows. */
final class Proposals {
  static final int[] NOTHING = {};

  /** Maximum number of proposals per row and pass. */
  private static final int MOST_OF_A_ROW = 32;

  private Budget budget; // null where nothing is proposed
  private final AcceptanceRates chances = AcceptanceRates.ofAll();

  /** Creates an empty set, without any proposals. */
  Proposals() {
    this(null);
  }

  Proposals(Budget budget) {
    this.budget = budget;
  }

  /**
   * Restricts passes with proposals to fewer tokens.
   *
   * @return whether they might have had more
   */
  boolean keepWithin(int tokens) {
    boolean fewer = budget != null && tokens < budget.mostTokens();
    budget = fewer ? new Budget(budget.passTokens(), tokens) : budget;
    return fewer;
  }

  /**
   * Returns proposals for the rows of the arenas, one arena after the other.
   *
   * @param ownTokens of a row's tokens, how many it must hold in its arena
   */
  int[][] of(List<Arena<ActiveRequest>> arenas, ToIntFunction<ActiveRequest> ownTokens) {
    int rows = arenas.stream().mapToInt(arena -> arena.rows().size()).sum();
    int drafted = budget == null ? 0 : budget.drafted(rows);
    List<Draft> drafts = new ArrayList<>();
    for (Arena<ActiveRequest> arena : arenas) {
      for (ActiveRequest row : arena.rows()) {
        int room = arena.capacity() - ownTokens.applyAsInt(row);
        drafts.add(drafts.size() < drafted ? draft(row, room) : Draft.NONE);
      }
    }
    double least = budget == null ? 1 : budget.least(drafts);
    return drafts.stream().map(draft -> draft.first(draft.worth(least))).toArray(int[][]::new);
  }

  /** Limits a proposal to what its arena holds; the row grows only by accepted tokens. */
  private Draft draft(ActiveRequest row, int room) {
    return row.propose(chances, Math.min(MOST_OF_A_ROW, room));
  }
}
