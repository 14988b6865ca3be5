package io.herd.udfs.model;

import io.herd.udfs.schedule.Move;
import io.herd.udfs.schedule.Start;
import java.util.HashMap;
import java.util.Map;

/** The rows of the KV cache that read the beginning of their prompts where a prefix lies. */
final class InPlace {
  private record Place(int capacity, int row) {}

  private final Map<Place, Start> starts = new HashMap<>();

  /** Records that rows begin with {@code start}, whatever was there before. */
  void enter(int capacity, int firstRow, int rows, Start start) {
    for (int row = firstRow; row < firstRow + rows; row++) {
      put(new Place(capacity, row), start);
    }
  }

  void move(Move move) {
    put(new Place(move.toCapacity(), move.toRow()), of(move.fromCapacity(), move.fromRow()));
  }

  private void put(Place place, Start start) {
    if (start.inPlace() > 0) {
      starts.put(place, start);
    } else {
      starts.remove(place);
    }
  }

  /** Returns what a row reads, {@link Start#NONE} if it has all its tokens itself. */
  Start of(int capacity, int row) {
    return starts.getOrDefault(new Place(capacity, row), Start.NONE);
  }

  /** Returns whether no row reads a prefix, as is usual and always so with plain operators. */
  boolean isEmpty() {
    return starts.isEmpty();
  }

  void clear() {
    starts.clear();
  }
}
