package io.herd.udfs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random arrivals and endings, played on a cache of rows that knows whose content it holds. */
class SchedulerPropertyTest {
  private static final int REQUESTS = 90;

  private static final class Item implements Sequence {
    private final int number;
    private final int[] prompt;
    private final int sharedTokens;
    private final int extraTokens;
    private final boolean scored;
    private final String group;
    private int generated;
    private Start start = Start.NONE;

    Item(int number, int[] prompt, int shared, int extra, boolean scored, String group) {
      this.number = number;
      this.prompt = prompt;
      this.sharedTokens = shared;
      this.extraTokens = extra;
      this.scored = scored;
      this.group = group;
    }

    @Override
    public int[] prompt() {
      return prompt;
    }

    @Override
    public int sharedTokens() {
      return sharedTokens;
    }

    @Override
    public int extraTokens() {
      return extraTokens;
    }

    @Override
    public int length() {
      return prompt.length + generated;
    }

    @Override
    public boolean scored() {
      return scored;
    }

    @Override
    public Object group() {
      return group;
    }
  }

  @Property(tries = 400)
  void schedule_anyLoad_keepsEveryPromise(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int slots,
      @ForAll @IntRange(min = 130, max = 2500) int kvTokens,
      @ForAll @IntRange(min = 1, max = 900) int prefillTokens,
      @ForAll @IntRange(min = 0, max = 12) int inPlaceStep) {
    new Play(new Random(seed), new Limits(slots, kvTokens, prefillTokens), inPlaceStep).run();
  }

  private static final class Play {
    private final Random random;
    private final Limits limits;
    private final int inPlaceStep;
    private final Scheduler<Item> scheduler;
    private final List<Item> queue = new ArrayList<>();
    private final Map<Integer, Item[]> cache = new HashMap<>();
    private final Map<Integer, int[]> prefixes = new HashMap<>();
    private final Set<Integer> computed = new HashSet<>();
    private int added;
    private int ended;

    Play(Random random, Limits limits, int inPlaceStep) {
      this.random = random;
      this.limits = limits;
      this.inPlaceStep = inPlaceStep;
      this.scheduler = new Scheduler<>(limits, inPlaceStep);
    }

    void run() {
      int steps = 0;
      while (ended < REQUESTS) {
        assertThat(steps++).as("steps").isLessThan(40 * REQUESTS);
        arrive();
        Pass<Item> pass = scheduler.next();
        scheduler.takeDropped().forEach(number -> assertThat(prefixes.remove(number)).isNotNull());
        if (pass instanceof Pass.Share<Item> share) {
          share(share);
        } else if (pass instanceof Pass.Prefill<Item> prefill) {
          enter(prefill.capacity(), prefill.firstRow(), prefill.start(), prefill.batch());
        } else if (pass instanceof Pass.Score<Item> score) {
          enter(score.capacity(), score.firstRow(), score.start(), score.batch());
          ended += score.batch().size();
        } else if (pass instanceof Pass.Grow<Item> grow) {
          grow.moves().forEach(this::move);
        } else if (pass instanceof Pass.Decode<Item> decode) {
          decode(decode.arenas());
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
        int which = shared > 0 ? random.nextInt(2) : 2;
        String group = scored + " " + which;
        int[] prompt = prompt(which, shared);
        Item item = new Item(added++, prompt, shared, 1 + random.nextInt(29), scored, group);
        queue.add(item);
        scheduler.add(item);
      }
    }

    /** One of a tree: it may leave its trunk early, late, or in between, where others do, too. */
    private int[] prompt(int trunk, int shared) {
      int[] prompt = new int[shared + 1 + random.nextInt(80)];
      int branch = trunk;
      for (int i = 0; i < prompt.length; i++) {
        branch = i >= shared && i % 8 == 0 && random.nextInt(4) == 0 ? random.nextInt(3) : branch;
        prompt[i] = branch;
      }
      return prompt;
    }

    private void share(Pass.Share<Item> share) {
      begins(share.ids(), share.base());
      assertThat(share.ids().length).isGreaterThan(share.base().tokens());
      prefixes.put(share.number(), share.ids());
    }

    private void begins(int[] ids, Start start) {
      if (start.tokens() > 0) {
        int[] prefix = prefixes.get(start.prefix());
        assertThat(Arrays.mismatch(ids, 0, start.tokens(), prefix, 0, start.tokens())).isNegative();
      }
    }

    private long prefixTokens() {
      return prefixes.values().stream().mapToLong(ids -> ids.length).sum();
    }

    private void enter(int capacity, int firstRow, Start start, List<Item> batch) {
      assertThat(batch.get(0)).as("the oldest").isEqualTo(queue.get(0));
      assertThat(batch).extracting(Item::group).containsOnly(batch.get(0).group());
      assertThat(batch).extracting(Item::scored).containsOnly(batch.get(0).scored());
      int longest =
          batch.stream().mapToInt(item -> item.passTokens(start.tokens())).max().orElseThrow();
      assertThat(batch.size() == 1 || batch.size() * longest <= limits.prefillTokens()).isTrue();
      boolean scored = batch.get(0).scored();
      assertThat(firstRow).isEqualTo(scheduler.liveRows(capacity) - (scored ? 0 : batch.size()));
      long passing = scored ? (long) batch.size() * capacity : 0;
      assertThat(passing + liveTokens() + prefixTokens()).isLessThanOrEqualTo(limits.kvTokens());
      assertThat(start.inPlace())
          .isEqualTo(inPlaceStep == 0 ? 0 : start.tokens() / inPlaceStep * inPlaceStep);
      for (int i = 0; i < batch.size(); i++) {
        Item item = batch.get(i);
        item.start = start;
        assertThat(queue.remove(item)).as("was waiting").isTrue();
        assertThat(computed.add(item.number)).as("computed once").isTrue();
        assertThat(item.promptTokens()).isGreaterThan(start.tokens());
        begins(item.prompt(), start);
        assertThat(item.promptTokens() - start.inPlace() + (scored ? item.extraTokens() : 0))
            .isLessThanOrEqualTo(capacity);
        rows(capacity)[firstRow + i] = item;
      }
    }

    private Item[] rows(int capacity) {
      return cache.computeIfAbsent(capacity, c -> new Item[limits.slots()]);
    }

    private void move(Move move) {
      rows(move.toCapacity())[move.toRow()] = rows(move.fromCapacity())[move.fromRow()];
    }

    private long liveTokens() {
      return scheduler.live().stream().mapToLong(a -> (long) a.capacity() * a.rows().size()).sum();
    }

    private void decode(List<Arena<Item>> arenas) {
      assertThat(arenas).isNotEmpty().isEqualTo(scheduler.live());
      for (Arena<Item> arena : arenas) {
        for (int row = arena.rows().size() - 1; row >= 0; row--) {
          Item item = arena.rows().get(row);
          assertThat(item.length() - item.start.inPlace())
              .as("written")
              .isLessThanOrEqualTo(arena.capacity());
          if (item.start.inPlace() > 0) {
            begins(item.prompt(), item.start);
          }
          item.generated++;
          if (item.generated == item.extraTokens || random.nextInt(8) == 0) {
            scheduler.finish(arena.capacity(), row).ifPresent(this::move);
            ended++;
          }
        }
      }
    }

    private void checkRows() {
      assertThat(scheduler.liveRows()).isLessThanOrEqualTo(limits.slots());
      assertThat(prefixTokens())
          .isLessThanOrEqualTo(scheduler.prefixTokens() + 200); // not taken yet
      assertThat(liveTokens() + scheduler.prefixTokens()).isLessThanOrEqualTo(limits.kvTokens());
      for (Arena<Item> arena : scheduler.live()) {
        for (int row = 0; row < arena.rows().size(); row++) {
          assertThat(rows(arena.capacity())[row]).isEqualTo(arena.rows().get(row));
        }
      }
    }
  }
}
