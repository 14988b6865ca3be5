package io.herd.udfs.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.grammar.Constraint;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.grammar.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is proposed, and what becomes of chances. */
class RowLookupTest {
  private final AcceptanceRates all = AcceptanceRates.ofAll();

  private RowLookup row(int... prompt) {
    return new RowLookup(prompt, all);
  }

  /** A row whose next tokens are proposed as if all were certain to pay. */
  private static int[] proposed(RowLookup row, int most) {
    return row.propose(null, most).ids();
  }

  @Test
  void propose_endThatStoodBefore_isWhatFollowed() {
    assertThat(proposed(row(1, 2, 3, 4, 5, 2, 3), 3)).containsExactly(4, 5, 2);
  }

  @Test
  void propose_severalPlaces_isTheLongestThenTheLatest() {
    assertThat(proposed(row(1, 2, 3, 8, 2, 3, 9, 1, 2, 3), 1)).containsExactly(8);
    assertThat(proposed(row(7, 3, 8, 6, 3, 9, 5, 3), 1)).containsExactly(9);
  }

  @Test
  void propose_behindTheEnd_goesOnAsBefore() {
    assertThat(proposed(row(1, 2, 1, 2), 4)).startsWith(1, 2, 1);
    assertThat(proposed(row(5, 5), 3)).startsWith(5, 5);
  }

  @Test
  void propose_nothingLikeIt_isNothing() {
    assertThat(proposed(row(1, 2, 3), 4)).isEmpty();
    assertThat(proposed(row(1, 1), 0)).isEmpty();
  }

  /** AcceptanceRates are compared also where nothing of the draft was in a pass. */
  @Test
  void took_rightAndWrongTokens_moveTheChancesOfAllRows() {
    double before = row(1, 2, 1).propose(null, 1).chances()[0];
    for (int n = 0; n < 20; n++) {
      RowLookup right = row(1, 2, 1);
      right.propose(null, 1);
      right.took(2, false);
    }
    assertThat(row(1, 2, 1).propose(null, 1).chances()[0]).isGreaterThan(before).isLessThan(1);
    for (int n = 0; n < 300; n++) {
      RowLookup wrong = row(1, 2, 1);
      wrong.propose(null, 1);
      wrong.took(3, false);
    }
    assertThat(row(1, 2, 1).propose(null, 1).chances()[0]).isLessThan(0.1).isPositive();
  }

  @Test
  void took_rowUnlikeTheOthers_hasItsOwnChance() {
    RowLookup odd = row(1, 2, 1);
    for (int n = 0; n < 12; n++) {
      odd.propose(null, 1);
      odd.took(40 + n, false); // the 1 was before, and never by the same
      odd.took(1, false);
    }
    double chance = odd.propose(null, 1).chances()[0];
    assertThat(chance).isLessThan(0.3);
    for (int n = 0; n < 100; n++) {
      RowLookup other = row(1, 2, 1);
      other.propose(null, 1);
      other.took(2, false);
    }
    assertThat(row(1, 2, 1).propose(null, 1).chances()[0]).isGreaterThan(0.8);
    assertThat(odd.propose(null, 1).chances()[0]).isLessThan(0.5);
  }

  @Test
  void propose_formatThatForces_isItsTokens() {
    List<String> tokens = List.of("{", "\"", "a", "ab", "\"ab", ":", "x", "y", "}", "#");
    Vocabulary vocabulary =
        new Vocabulary(
            tokens.stream().map(token -> token.getBytes(StandardCharsets.UTF_8)).toList(), false);
    Grammar grammar =
        Grammar.of(Format.regex("\\{\"ab\":(?:x|y)\\}"), vocabulary, Set.of(tokens.size() - 1));
    Constraint first = grammar.newConstraint();
    assertThat(row(5, 6).propose(first, 9).ids()).as("the longest").containsExactly(0, 4, 1, 5);
    for (int id : new int[] {0, 1, 3, 1, 5}) {
      assertThat(first.take(id)).isTrue();
    }
    assertThat(first.forced()).as("a choice").isNegative();
    Constraint second = grammar.newConstraint();
    assertThat(row(5, 6).propose(second, 9).ids())
        .as("as the first row had them")
        .containsExactly(0, 1, 3, 1, 5);
    assertThat(row(5, 6).propose(second, 2).ids()).containsExactly(0, 1);
  }

  /** What the format forbids isn't copied, and nothing follows a whole text. */
  @Test
  void propose_copyThatLeavesTheFormat_endsBefore() {
    Vocabulary vocabulary =
        new Vocabulary(
            IntStream.range(0, 4).mapToObj(i -> new byte[] {(byte) ('a' + i)}).toList(), false);
    Constraint constraint =
        Grammar.of(Format.regex("[ab]{1,4}c?"), vocabulary, Set.of(3)).newConstraint();
    constraint.take(0);
    RowLookup row = row(0, 1, 1, 3, 2, 0);
    assertThat(row.propose(constraint, 9).ids()).containsExactly(1, 1);
  }

  @Test
  void budget_fewRows_takesNearlyAnythingSomeTheCertainAndManyNothing() {
    Draft draft = new Draft(new int[4], new int[4], new double[] {0.9, 0.6, 0.4, 0.3});
    Budget budget = new Budget(10, 256);
    assertThat(draft.worth(budget.least(List.of(draft)))).isEqualTo(4);
    List<Draft> some = IntStream.range(0, 16).mapToObj(i -> draft).toList();
    assertThat(draft.worth(budget.least(some))).isEqualTo(1);
    List<Draft> many = IntStream.range(0, 64).mapToObj(i -> draft).toList();
    assertThat(draft.worth(budget.least(many))).isZero();
  }

  @Test
  void budget_rowsThatNothingIsProposedTo_areDraftedForInPart() {
    Budget budget = new Budget(10, 256);
    assertThat(budget.drafted(20)).isEqualTo(20);
    assertThat(budget.drafted(21)).isEqualTo(16);
  }

  @Test
  void budget_fullPass_hasNoMoreTokensThanItMay() {
    Draft draft = new Draft(new int[4], new int[4], new double[] {0.99, 0.98, 0.97, 0.96});
    List<Draft> some = IntStream.range(0, 8).mapToObj(i -> draft).toList();
    for (int most : new int[] {8, 15, 16, 24, 40}) {
      int each = draft.worth(new Budget(1e9, most).least(some));
      assertThat(8 + 8 * each).isLessThanOrEqualTo(most);
    }
    assertThat(draft.worth(new Budget(1e9, 40).least(some))).isEqualTo(4);
    assertThat(draft.worth(new Budget(1e9, 2).least(some))).isZero();
  }
}
