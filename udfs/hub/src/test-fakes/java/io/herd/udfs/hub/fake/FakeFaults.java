package io.herd.udfs.hub.fake;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What goes wrong, when a test wants it to. */
final class FakeFaults {
  private record Scripted(Predicate<FakeRequest> when, AtomicInteger left, FakeAnswer answer) {}

  private final List<Scripted> scripted = new CopyOnWriteArrayList<>();
  private final ConcurrentSkipListSet<Long> cuts = new ConcurrentSkipListSet<>();
  private final Set<String> corrupt = ConcurrentHashMap.newKeySet();
  private volatile boolean ignoringRanges;
  private volatile int uses = Integer.MAX_VALUE;
  private volatile long bytesPerSecond;

  void answer(Predicate<FakeRequest> when, int times, FakeAnswer answer) {
    scripted.add(new Scripted(when, new AtomicInteger(times), answer));
  }

  void cutAt(long position) {
    cuts.add(position);
  }

  void corrupt(String file) {
    corrupt.add(file);
  }

  void heal(String file) {
    corrupt.remove(file);
  }

  void ignoreRanges() {
    ignoringRanges = true;
  }

  void expireUrlsAfter(int newUses) {
    uses = newUses;
  }

  void throttle(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  /** What is answered instead. */
  Optional<FakeAnswer> instead(FakeRequest request) {
    return scripted.stream()
        .filter(one -> one.when().test(request) && one.left().getAndDecrement() > 0)
        .map(Scripted::answer)
        .findFirst();
  }

  boolean ignoringRanges() {
    return ignoringRanges;
  }

  int usesOfUrl() {
    return uses;
  }

  /** The bytes of a file that are sent for a range of it. */
  FakeContent sent(FakeFile file, long from, long to, boolean cuttable) {
    FakeContent content = file.content();
    if (corrupt.contains(file.name())) {
      content = Spoiled.corrupted(content);
    }
    if (bytesPerSecond > 0) {
      content = Spoiled.throttled(content, bytesPerSecond);
    }
    Long cut = cuttable ? cuts.ceiling(from) : null;
    if (cut != null && cut < to && cuts.remove(cut)) {
      content = Spoiled.cut(content, cut);
    }
    return Spoiled.slice(content, from, to);
  }
}
