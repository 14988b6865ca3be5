package io.herd.udfs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random arrivals and endings, played on a cache of rows that knows whose content it holds. */
class SchedulerPropertyTest {
  private static final int REQUESTS = 60;

  private record Item(
      int number, int promptTokens, int sharedTokens, int extraTokens, boolean scored, String group)
      implements Sequence {}

  @Property(tries = 400)
  void schedule_anyLoad_keepsEveryPromise(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int slots,
      @ForAll @IntRange(min = 130, max = 900) int kvTokens,
      @ForAll @IntRange(min = 1, max = 300) int prefillTokens) {
    new Play(new Random(seed), new Limits(slots, kvTokens, prefillTokens)).run();
  }

  private static final class Play {
    private final Random random;
    private final Limits limits;
    private final Scheduler<Item> scheduler;
    private final List<Item> queue = new ArrayList<>();
    private final Item[] cache;
    private final Set<Integer> computed = new HashSet<>();
    private int added;
    private int ended;
    private int capacity;

    Play(Random random, Limits limits) {
      this.random = random;
      this.limits = limits;
      this.scheduler = new Scheduler<>(limits);
      this.cache = new Item[limits.slots()];
    }

    void run() {
      int steps = 0;
      while (ended < REQUESTS) {
        assertThat(steps++).as("steps").isLessThan(20 * REQUESTS);
        arrive();
        Step<Item> step = scheduler.next();
        if (step instanceof Step.Prefill<Item> prefill) {
          enter(prefill.firstRow(), prefill.batch(), prefill.capacity());
        } else if (step instanceof Step.Score<Item> score) {
          enter(score.firstRow(), score.batch(), score.capacity());
          ended += score.batch().size();
        } else if (step instanceof Step.Decode<Item> decode) {
          decode(decode.rows());
        } else {
          assertThat(queue).as("waiting though idle").isEmpty();
        }
        assertThat(scheduler.waiting()).isEqualTo(queue.size());
        checkRows();
      }
      assertThat(computed).hasSize(REQUESTS);
    }

    private void arrive() {
      while (added < REQUESTS && random.nextInt(3) > 0) {
        boolean scored = random.nextInt(4) == 0;
        int shared = random.nextInt(2) * 20;
        int prompt = shared + 1 + random.nextInt(80);
        String group = shared + " " + scored + (shared > 0 ? random.nextInt(2) : "");
        Item item = new Item(added++, prompt, shared, 1 + random.nextInt(29), scored, group);
        queue.add(item);
        scheduler.add(item);
      }
    }

    private void enter(int firstRow, List<Item> batch, int stepCapacity) {
      assertThat(batch.get(0)).as("the oldest").isEqualTo(queue.get(0));
      assertThat(batch).extracting(Item::group).containsOnly(batch.get(0).group());
      assertThat(batch).extracting(Item::scored).containsOnly(batch.get(0).scored());
      assertThat((long) (firstRow + batch.size()) * stepCapacity)
          .isLessThanOrEqualTo(limits.kvTokens());
      int longest = batch.stream().mapToInt(Play::pass).max().orElseThrow();
      assertThat(batch.size() == 1 || batch.size() * longest <= limits.prefillTokens()).isTrue();
      int firstFree = scheduler.live().size() - (batch.get(0).scored() ? 0 : batch.size());
      assertThat(firstRow).isEqualTo(firstFree);
      for (int i = 0; i < batch.size(); i++) {
        assertThat(queue.remove(batch.get(i))).as("was waiting").isTrue();
        assertThat(computed.add(batch.get(i).number())).as("computed once").isTrue();
        cache[firstRow + i] = batch.get(i);
      }
      capacity = stepCapacity;
    }

    private static int pass(Item item) {
      return item.promptTokens() - item.sharedTokens() + (item.scored() ? item.extraTokens() : 0);
    }

    private void decode(List<Item> rows) {
      assertThat(rows).isNotEmpty().isEqualTo(scheduler.live());
      for (int row = rows.size() - 1; row >= 0; row--) {
        if (random.nextInt(3) == 0) {
          int target = row;
          scheduler.finish(row).ifPresent(source -> cache[target] = cache[source]);
          ended++;
        }
      }
    }

    private void checkRows() {
      List<Item> live = scheduler.live();
      assertThat(live.size()).isLessThanOrEqualTo(limits.slots());
      for (int row = 0; row < live.size(); row++) {
        assertThat(cache[row]).as("content of row %s", row).isEqualTo(live.get(row));
        assertThat(live.get(row).promptTokens() + live.get(row).extraTokens())
            .isLessThanOrEqualTo(capacity);
      }
    }
  }
}
