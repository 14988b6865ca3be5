package io.herd.udfs.hub.cache;

import io.herd.udfs.files.Digests;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;

/** Files in memory, with the faults of a network. */
final class MemorySource implements FileSource {
  static final String COMMIT = "0123456789012345678901234567890123456789";

  final AtomicInteger opened = new AtomicInteger();
  final Collection<String> asked = new ConcurrentLinkedQueue<>();

  /** Offsets at which a stream that comes by breaks off, once each. */
  final ConcurrentSkipListSet<Long> cuts = new ConcurrentSkipListSet<>();

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<ModelManifest.Entry> entries = new ArrayList<>();
  private int wrongAnswers;
  private boolean ignoresRanges;
  private boolean broken;

  static MemorySource small() {
    return new MemorySource().add("config.json", "{}").add("tokenizer.json", "{\"a\": 1}");
  }

  MemorySource add(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    files.put(name, bytes);
    byte[] blob = Digests.newGitBlob(bytes.length).digest(bytes);
    entries.add(new ModelManifest.Entry(name, bytes.length, null, HexFormat.of().formatHex(blob)));
    return this;
  }

  MemorySource addLarge(String name, int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    files.put(name, bytes);
    String sha256 = HexFormat.of().formatHex(Digests.newSha256().digest(bytes));
    entries.add(new ModelManifest.Entry(name, length, sha256, sha256));
    return this;
  }

  /** The next so many streams bring wrong bytes. */
  MemorySource wrong(int answers) {
    wrongAnswers = answers;
    return this;
  }

  MemorySource ignoreRanges() {
    ignoresRanges = true;
    return this;
  }

  MemorySource breakAll() {
    broken = true;
    return this;
  }

  void replace(String name, byte[] bytes) {
    files.put(name, bytes);
  }

  byte[] bytes(String name) {
    return files.get(name);
  }

  ModelManifest manifest() {
    List<ModelManifest.Entry> sorted =
        entries.stream().sorted(Comparator.comparing(ModelManifest.Entry::name)).toList();
    return new ModelManifest("org/name", COMMIT, sorted);
  }

  @Override
  public InputStream open(ModelManifest.Entry file, long from, long to) throws IOException {
    asked.add(file.name());
    if (broken) {
      throw new IOException("connection reset");
    }
    byte[] bytes = files.get(file.name());
    int begin = ignoresRanges ? 0 : (int) Math.min(from, bytes.length);
    byte[] answer = Arrays.copyOfRange(bytes, begin, (int) Math.min(to, bytes.length));
    if (opened.getAndIncrement() < wrongAnswers) {
      answer[0] ^= 1;
    }
    return new Cut(answer, from);
  }

  @Override
  public boolean parallel() {
    return true;
  }

  /** Breaks off where it was told to: half of the times by an error, else by a silent end. */
  private final class Cut extends FilterInputStream {
    private long at;
    private boolean cut;

    Cut(byte[] bytes, long from) {
      super(new ByteArrayInputStream(bytes));
      this.at = from;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (cut) {
        return end();
      }
      Long next = cuts.ceiling(at);
      int most = length;
      if (next != null && next - at < length && cuts.remove(next)) {
        most = (int) (next - at);
        cut = true;
      }
      int n = most == 0 ? end() : super.read(to, offset, most);
      at += Math.max(0, n);
      return n;
    }

    private int end() throws IOException {
      if (at % 2 == 0) {
        throw new IOException("connection reset");
      }
      return -1;
    }
  }
}
