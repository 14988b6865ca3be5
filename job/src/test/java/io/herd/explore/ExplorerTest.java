package io.herd.explore;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.explore.MemoryFiles.Kind;
import io.herd.explore.Turns.Effect;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No schedule that was tried breaks a promise. */
@Tag("explore")
class ExplorerTest {
  private static final int WORLDS = 13;
  private static final int SCHEDULES = Integer.getInteger("herd.explore.schedules", 2000) / WORLDS;
  private static final Duration LONGER_THAN_A_BEAT = Duration.ofSeconds(20);
  private static final long SEED = Long.getLong("herd.explore.seed", 1);

  private static void explore(String name, Kind kind, Supplier<World> worlds) {
    String storage = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    try (Explorer explorer = new Explorer(name + "-on-" + storage, kind, worlds)) {
      explorer.explore(SCHEDULES, SEED);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void lease_anySchedule_isOneRuns(Kind kind) {
    explore("lease-of-two", kind, () -> new LeaseWorld(2, LONGER_THAN_A_BEAT));
    explore("lease-of-three", kind, () -> new LeaseWorld(3, Duration.ZERO));
  }

  /** Objects of a store that knows no exclusive creation: who writes last is there. */
  @Test
  void lease_beatComesAfterAnothersClaim_takesNothingBack() {
    Chooser.Script script =
        new Chooser.Script()
            .then("A", ".*", Effect.SLOW)
            .then("B", "close .*lease-00000001.json", Effect.PAUSE)
            .then("A'", "close .*-00000001.*json", Effect.PAUSE);
    try (Explorer explorer =
        new Explorer(
            "lease-late-beat", Kind.OBJECTS, () -> new LeaseWorld(2, Duration.ofMinutes(1)))) {
      explorer.follow(script);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FILES", "OBJECTS"})
  void log_anySchedule_losesNothing(Kind kind) {
    explore("log", kind, LogWorld::new);
  }

  @ParameterizedTest
  @EnumSource(names = {"FILES", "OBJECTS"})
  void state_anySchedule_isReadWhole(Kind kind) {
    explore("state", kind, StateWorld::new);
  }

  @Test
  void replace_anySchedule_leavesWhatTheManifestLists() {
    explore("replace", Kind.CONDITIONAL_OBJECTS, ReplaceWorld::new);
  }

  private static void standsStillBefore(Kind kind, String step) {
    Chooser.Script script = new Chooser.Script().then("A", step, Effect.STAND_STILL);
    try (Explorer explorer = new Explorer("replace-late", kind, ReplaceWorld::new)) {
      explorer.follow(script);
    }
  }

  @Test
  void replace_standsStillBeforeItsManifest_leavesTheOthers() {
    standsStillBefore(Kind.CONDITIONAL_OBJECTS, "create if absent .*/_manifest.json");
  }

  /** As it was on S3, too, and is where storage writes nothing conditionally. */
  @Test
  void replace_standsStillAndStorageDecidesNothing_isFoundOut() {
    assertThatThrownBy(() -> standsStillBefore(Kind.OBJECTS, "create .*/_manifest.json"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the manifest lists ");
  }

  @ParameterizedTest
  @EnumSource(names = {"FILES", "CONDITIONAL_OBJECTS"})
  void publish_anySchedule_addsEachRowOnce(Kind kind) {
    explore("publish", kind, () -> new PublishWorld(kind != Kind.FILES));
  }
}
