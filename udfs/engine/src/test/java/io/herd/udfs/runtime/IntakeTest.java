package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private final Intake intake = new Intake();
  private final Outcomes outcomes = new Outcomes();
  private final RequestGroup group =
      RequestGroup.generation(
          GenerateSettings.trial(1), new int[0], () -> new CompletionText(ids -> "", List.of()));
  private long key;

  /** Adds requests of so many tokens; the lanes that are woken for them. */
  private List<Integer> add(int requests, int tokens) {
    List<Integer> woken = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      intake.add(new Request(new int[tokens], key++, group, outcomes)).ifPresent(woken::add);
    }
    return woken;
  }

  /** Lets a lane take what it gets. */
  private List<Long> take(int lane, int unbegun, int pending) {
    List<Long> taken = new ArrayList<>();
    Optional<Request> next = intake.next(lane, unbegun, pending);
    while (next.isPresent()) {
      taken.add(next.get().key());
      next = intake.next(lane, unbegun + taken.size(), pending + taken.size());
    }
    return taken;
  }

  @Test
  void add_fewRequests_stayInOneLane() {
    intake.addLanes(2, 12, true);
    assertThat(add(11, 3)).containsExactly(0);
    assertThat(take(1, 0, 0)).as("it wasn't woken, and it isn't worth it").isEmpty();
    assertThat(take(0, 0, 0)).hasSize(11);
    assertThat(intake.working()).isOne();
    assertThat(take(0, 0, 0)).isEmpty();
    assertThat(intake.working()).isZero();
  }

  @Test
  void add_manyRequests_wakeALaneForEachTwelve() {
    intake.addLanes(3, 12, true);
    assertThat(add(23, 3)).containsExactly(0, 1);
    assertThat(add(1, 3)).containsExactly(2);
    assertThat(take(0, 0, 0)).as("a third").hasSize(8);
    assertThat(take(1, 0, 0)).isNotEmpty();
    assertThat(take(2, 0, 0)).isNotEmpty();
  }

  @Test
  void next_promptsThatBeginAlike_goToOneLane() {
    intake.addLanes(2, 12, true);
    for (int document = 0; document < 12; document++) {
      int[] prompt = new int[40];
      Arrays.fill(prompt, document);
      for (int question = 0; question < 16; question++) {
        intake.add(new Request(prompt, 16 * document + question, group, outcomes));
      }
    }
    assertThat(take(0, 0, 0)).as("24, and the rest of a document").hasSize(32);
    assertThat(take(1, 0, 0)).startsWith(32L).hasSize(32);
    assertThat(take(0, 20, 20)).startsWith(64L).hasSize(16);
  }

  @Test
  void add_longPrompts_countForMore() {
    intake.addLanes(2, 12, true);
    assertThat(add(3, 2048)).containsExactly(0, 1);
  }

  @Test
  void add_textsWhereLanesAreForLabels_wakeTheFirstLaneAloneWhichTakesAll() {
    intake.addLanes(2, 12, false);
    assertThat(add(300, 3)).containsExactly(0);
    assertThat(take(1, 0, 0)).isEmpty();
    assertThat(take(0, 0, 0)).hasSize(300);
  }

  @Test
  void next_manyWait_holdsFewUnbegun() {
    intake.addLanes(2, 12, true);
    add(1000, 3);
    assertThat(take(0, 0, 0)).hasSize(24).startsWith(0L, 1L);
    assertThat(take(1, 0, 0)).hasSize(24).startsWith(24L);
    assertThat(take(0, 23, 100)).as("in place of the one that it has begun").containsExactly(48L);
  }

  @Test
  void next_oneLaneIsSlower_theOtherDoesWhatIsLeft() {
    intake.addLanes(2, 12, true);
    add(48, 3);
    int slow = take(0, 0, 0).size();
    assertThat(slow).isEqualTo(24);
    assertThat(take(1, 0, 0)).as("it leaves as many as it takes").hasSize(12);
    int fast = 12;
    for (int turn = 0; turn < 8; turn++) {
      fast += take(1, 0, 0).size();
    }
    assertThat(fast).isEqualTo(48 - slow);
    assertThat(take(0, 0, 9)).isEmpty();
  }

  @Test
  void next_rowsWithoutAnEnd_areSharedEqually() {
    intake.addLanes(2, 12, true);
    add(100, 3);
    int first = 0;
    int second = 0;
    for (int turn = 0; turn < 20; turn++) { // what is taken is begun at once
      first += take(0, 0, first).size();
      second += take(1, 0, second).size();
    }
    assertThat(first).isEqualTo(50);
    assertThat(second).isEqualTo(50);
  }

  @Test
  void drop_someRequests_leavesTheOthers() {
    intake.addLanes(1, 12, true);
    add(5, 3);
    intake.drop(request -> request.key() != 3);
    assertThat(intake.size()).isOne();
    assertThat(take(0, 0, 0)).containsExactly(3L);
  }

  @Test
  void drain_requestsWait_takesThemInOrder() {
    add(2, 3);
    assertThat(intake.drain().stream().map(Request::key)).containsExactly(0L, 1L);
    assertThat(intake.size()).isZero();
  }
}
