package io.herd.udfs.hub.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prevents a host from downloading a model twice. It saves work and nothing else: where locks don't
 * work, two downloads happen side by side, each under names of its own.
 *
 * <p>The operating system's lock dies with its process, and Java refuses it to a second thread of
 * the same process, so it covers both. The channel stays open until the end even when the lock
 * wasn't got, because closing it would take the lock from another thread of this process.
 */
final class HostLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostLock.class);
  private static final long POLL_MILLIS = 100;
  private static final int MOST_NOTES = 1 << 24;
  private static final Pattern NOTE =
      Pattern.compile("([0-9a-f]{40,64}\\.[0-9a-f]{8}\\.incomplete)(?: (\\d{1,15}) (\\d{1,15}))?");

  private final FileChannel channel;
  private final Path folder;
  private final Map<String, Leftover> left = new HashMap<>(); // by the names of their blobs
  private boolean held;

  private HostLock(FileChannel channel, Path folder) {
    this.channel = channel;
    this.folder = folder;
  }

  /**
   * Waits for the lock as long as its holder shows signs of life, and continues without it then.
   *
   * @param folder in which a living holder keeps writing
   * @param patience without a sign of life
   */
  static HostLock acquire(Path file, Path folder, Duration patience) throws InterruptedException {
    HostLock lock = null;
    try {
      Files.createDirectories(file.getParent());
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS); // who shares the cache could name any file of this user's
      lock = new HostLock(channel, folder);
      lock.await(patience);
      lock.sweep();
      return lock;
    } catch (IOException e) {
      LOG.info("going on without the lock {}: {}", file, e.toString());
      return lock == null ? new HostLock(null, folder) : lock;
    } catch (InterruptedException e) {
      lock.close();
      throw e;
    }
  }

  private void await(Duration patience) throws IOException, InterruptedException {
    String seen = pulse();
    long since = System.nanoTime();
    for (boolean said = false; !attempt(); said = true) {
      if (!said) {
        LOG.info("waiting: a model is being fetched into {} already", folder);
      }
      Thread.sleep(POLL_MILLIS);
      String now = pulse();
      if (!now.equals(seen)) {
        seen = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > patience.toNanos()) {
        LOG.warn("{} hasn't changed for {} s: fetching beside it", folder, patience.toSeconds());
        return;
      }
    }
    held = true;
  }

  private boolean attempt() throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) { // another thread of this process has it
      return false;
    }
  }

  /**
   * Returns a time that is only compared for equality, so it doesn't matter whose clock it is from.
   */
  private String pulse() {
    TreeMap<String, String> times = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        times.put(file.toString(), Files.getLastModifiedTime(file).toString());
      }
    } catch (IOException e) {
      return e.toString(); // files come and go
    }
    return times.toString();
  }

  /** Records an unfinished file, so that the next holder finds it if this process is killed. */
  void note(Path unfinished) throws IOException {
    write(unfinished.getFileName().toString());
  }

  /** Records that a part of the file has arrived. */
  void note(Path unfinished, Leftover.Part part) throws IOException {
    write(unfinished.getFileName() + " " + part.from() + " " + part.to());
  }

  private synchronized void write(String line) throws IOException {
    if (held) {
      byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(bytes), channel.size());
    }
  }

  /** Returns the parts of a blob that a killed process left, for the caller to continue with. */
  Optional<Leftover> takeLeftover(Path blob) {
    return Optional.ofNullable(left.remove(blob.getFileName().toString()));
  }

  /** Returns how many bytes of some blobs exist. */
  long leftBytes() {
    return left.values().stream().mapToLong(Leftover::bytes).sum();
  }

  /** Finds files that a killed process left; those without a complete part are removed. */
  private void sweep() throws IOException {
    if (!held) {
      return;
    }
    for (Leftover each : noted().values()) {
      String blob = each.file().getFileName().toString().replaceFirst("[.].*", "");
      boolean there = Files.isRegularFile(each.file(), LinkOption.NOFOLLOW_LINKS);
      if (each.parts().isEmpty() || !there || left.containsKey(blob)) {
        Files.deleteIfExists(each.file());
      } else {
        left.put(blob, each);
      }
    }
    channel.truncate(0);
    for (Leftover each : left.values()) { // this process may be killed, too
      note(each.file());
      for (Leftover.Part part : each.parts()) {
        note(each.file(), part);
      }
    }
  }

  private Map<String, Leftover> noted() throws IOException {
    ByteBuffer text = ByteBuffer.allocate((int) Math.min(channel.size(), MOST_NOTES));
    channel.read(text, 0);
    String lines = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    Map<String, Leftover> noted = new LinkedHashMap<>();
    for (String line : List.of(lines.split("\n"))) {
      Matcher note = NOTE.matcher(line);
      if (note.matches()) {
        String name = note.group(1);
        Leftover file = noted.computeIfAbsent(name, any -> Leftover.of(folder.resolve(name)));
        if (note.group(2) != null) {
          long from = Long.parseLong(note.group(2));
          file.parts().add(new Leftover.Part(from, Long.parseLong(note.group(3))));
        }
      }
    }
    return noted;
  }

  @Override
  public void close() {
    try (FileChannel closing = channel) {
      if (held) {
        for (Leftover each : left.values()) { // of files that nobody wants any more
          Files.deleteIfExists(each.file());
        }
        closing.truncate(0);
      }
    } catch (IOException e) {
      LOG.debug("can't release a lock in {}", folder, e);
    }
  }
}
