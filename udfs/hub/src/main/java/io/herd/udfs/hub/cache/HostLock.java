package io.herd.udfs.hub.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares a host a second download of the same model. It saves work and nothing else: where locks
 * don't work, two downloads happen side by side, each under names of its own.
 *
 * <p>The operating system's lock dies with its process, and Java refuses it to a second thread of
 * the same process, so it covers both. The channel stays open until the end even when the lock
 * wasn't got, because closing it would take the lock from another thread of this process.
 */
final class HostLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostLock.class);
  private static final long POLL_MILLIS = 100;

  private final FileChannel channel;
  private final Path folder;
  private boolean held;

  private HostLock(FileChannel channel, Path folder) {
    this.channel = channel;
    this.folder = folder;
  }

  /**
   * Waits for the lock as long as its holder gives signs of life, and goes on without it then.
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
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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

  /** Times are only compared for being equal, so it doesn't matter whose clock they are from. */
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

  /** Notes an unfinished file, so that the next holder removes it should this process be killed. */
  void note(Path unfinished) throws IOException {
    if (held) {
      String line = unfinished.getFileName() + "\n";
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), channel.size());
    }
  }

  private void sweep() throws IOException {
    if (!held) {
      return;
    }
    ByteBuffer text = ByteBuffer.allocate((int) Math.min(channel.size(), 1 << 20));
    channel.read(text, 0);
    String lines = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    for (String name : List.of(lines.split("\n"))) {
      if (name.matches("[0-9a-f]{40,64}\\.[0-9a-f]{8}\\.incomplete")) {
        Files.deleteIfExists(folder.resolve(name));
      }
    }
    channel.truncate(0);
  }

  @Override
  public void close() {
    try (FileChannel closing = channel) {
      if (held) {
        closing.truncate(0);
      }
    } catch (IOException e) {
      LOG.debug("can't release a lock in {}", folder, e);
    }
  }
}
