package io.herd.udfs.hub.fake;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;

/** A file's bytes as answers, whole or in parts, with all that can go wrong on the way. */
final class Bodies {
  private final Map<String, ConcurrentSkipListSet<Long>> cutPositions = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Long> cutLengths = new ConcurrentLinkedQueue<>();
  private final Set<String> corrupted = ConcurrentHashMap.newKeySet();
  private volatile boolean rangesIgnored;
  private volatile long bytesPerSecond = Long.MAX_VALUE;

  void ignoreRanges() {
    rangesIgnored = true;
  }

  void slowDown(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  void corrupt(String file) {
    corrupted.add(file);
  }

  void repair(String file) {
    corrupted.remove(file);
  }

  void cutAt(String file, long... positions) {
    for (long position : positions) {
      cutPositions.computeIfAbsent(file, any -> new ConcurrentSkipListSet<>()).add(position);
    }
  }

  void cutAfter(long... lengths) {
    for (long length : lengths) {
      cutLengths.add(length);
    }
  }

  FakeAnswer answer(FakeRequest request, FakeFile file) {
    long size = file.size();
    Optional<ByteRange> range = rangesIgnored ? Optional.empty() : ByteRange.of(request, size);
    if (range.isPresent() && !range.get().satisfiable()) {
      return FakeAnswer.text(416, "Range Not Satisfiable").with("Content-Range", "bytes */" + size);
    }
    ByteRange part = range.orElse(new ByteRange(0, size));
    FakeAnswer answer =
        FakeAnswer.of(range.isPresent() ? 206 : 200)
            .with("Content-Type", "application/octet-stream")
            .with("Accept-Ranges", "bytes")
            .with(body(request, file, part));
    return range.isEmpty()
        ? answer
        : answer.with(
            "Content-Range", "bytes %d-%d/%d".formatted(part.from(), part.to() - 1, size));
  }

  private FakeContent body(FakeRequest request, FakeFile file, ByteRange part) {
    FakeContent content = file.content();
    if (corrupted.contains(file.name())) {
      content = Spoiled.corrupted(content);
    }
    if (request.method().equals("GET")) {
      Long cut = nextCut(file.name(), part);
      content = cut == null ? content : Spoiled.cut(content, cut);
    }
    content = Spoiled.slice(content, part.from(), part.to());
    return bytesPerSecond == Long.MAX_VALUE ? content : Spoiled.throttled(content, bytesPerSecond);
  }

  private synchronized Long nextCut(String file, ByteRange part) {
    ConcurrentSkipListSet<Long> positions = cutPositions.get(file);
    Long position = positions == null ? null : positions.ceiling(part.from());
    if (position != null && position < part.to()) {
      positions.remove(position);
      return position;
    }
    Long length = cutLengths.peek();
    if (length != null && part.from() + length < part.to()) {
      cutLengths.remove();
      return part.from() + length;
    }
    return null;
  }
}
