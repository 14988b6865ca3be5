package io.herd.explore;

import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No schedule that was tried breaks a promise. */
@Tag("explore")
class ExplorerTest {
  private static final int WORLDS = 6;
  private static final int SCHEDULES = Integer.getInteger("herd.explore.schedules", 2000) / WORLDS;
  private static final long SEED = Long.getLong("herd.explore.seed", 1);

  private static void explore(String name, boolean objects, Supplier<World> worlds) {
    try (Explorer explorer =
        new Explorer(name + (objects ? "-objects" : "-files"), objects, worlds)) {
      explorer.explore(SCHEDULES, SEED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lease_anySchedule_isOneRuns(boolean objects) {
    explore("lease-of-two", objects, () -> new LeaseWorld(2));
    explore("lease-of-three", objects, () -> new LeaseWorld(3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void log_anySchedule_losesNothing(boolean objects) {
    explore("log", objects, LogWorld::new);
  }
}
