package io.herd.chaos;

import io.herd.chaos.Fault.Effect;
import io.herd.chaos.Fault.Kind;
import io.herd.chaos.Fault.Operation;
import io.herd.chaos.Fault.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under {@code chaos://SCHEDULE/path}. It counts operations by place and kind, and
 * when a fault's turn has come, that happens. As on HDFS, a rename doesn't replace a file.
 *
 * <p>A crash ends the JVM where {@value #HALT} is set as a system property. In the tests' own JVM
 * every operation fails from then on, as nothing reaches the disk from a dead process, until {@link
 * #revive}.
 */
final class FaultyFileSystem extends FilterFileSystem {
  static final String SCHEME = "chaos";

  /** Settings of Hadoop: the faults, and the folder of those that have happened. */
  static final String FAULTS = "herd.chaos.faults";

  static final String FIRED = "herd.chaos.fired";

  static final String HALT = "herd.chaos.halt";

  private static final int KILLED = 137; // as after kill -9
  private static final int OUTAGE_OPERATIONS = 3; // waited out in 7 s
  private static final long SLOW_MILLIS = 300;

  private final ConcurrentMap<Kind, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final AtomicInteger outage = new AtomicInteger();
  private volatile boolean dead;
  private List<Fault> faults = List.of();
  private final AtomicInteger lives = new AtomicInteger();
  private Fired fired;
  private History history;

  FaultyFileSystem() {
    super(new Disk());
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    faults = Fault.parseAll(conf.get(FAULTS, ""));
    fired = new Fired(java.nio.file.Path.of(conf.get(FIRED)));
    history = History.of(fired);
    history.begin();
  }

  /** This JVM's, of a schedule. */
  static FaultyFileSystem of(String schedule, Configuration conf) throws IOException {
    return (FaultyFileSystem) FileSystem.get(URI.create(SCHEME + "://" + schedule + "/"), conf);
  }

  /**
   * The file in which the processes note the rows of each flush that they try, beside that folder.
   */
  static java.nio.file.Path flushes(java.nio.file.Path fired) {
    return fired.resolveSibling("flushes");
  }

  /** How many operations there were so far. */
  Map<Kind, Integer> census() {
    Map<Kind, Integer> census = new TreeMap<>();
    counts.forEach((kind, count) -> census.put(kind, count.get()));
    return census;
  }

  /**
   * A new process: what went wrong in the last one has ended.
   *
   * @return its number, from 1
   */
  int revive() {
    dead = false;
    outage.set(0);
    return lives.incrementAndGet();
  }

  private interface Body<T> {
    T run() throws IOException;
  }

  private <T> T faulty(Path path, Operation operation, T refusal, Body<T> body) throws IOException {
    long begin = System.nanoTime();
    String result = "not done";
    try {
      Effect effect = effect(path, operation);
      if (effect == Effect.REFUSE) {
        return refusal;
      }
      before(effect, path);
      T value = body.run();
      result = History.result(value);
      after(effect, path);
      return value;
    } finally {
      note(begin, operation, path, result);
    }
  }

  private void note(long begin, Operation operation, Path path, String result) {
    String run = ProcessHandle.current().pid() + "." + lives.get();
    long end = System.nanoTime();
    history.note(new History.Step(begin, end, run, operation, path.toUri().getPath(), result));
  }

  private <T> T faulty(Path path, Operation operation, Body<T> body) throws IOException {
    return faulty(path, operation, null, body);
  }

  /** Counts, and says what happens now; null when nothing does. */
  private Effect effect(Path path, Operation operation) throws IOException {
    if (dead) {
      throw ended();
    }
    if (outage.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw broken(path);
    }
    Kind kind = new Kind(Place.of(path), operation);
    int turn = counts.computeIfAbsent(kind, none -> new AtomicInteger()).incrementAndGet();
    for (Fault fault : faults) {
      if (fault.kind().equals(kind) && fault.nth() == turn && fired.first(fault)) {
        return fault.effect();
      }
    }
    return null;
  }

  private void before(Effect effect, Path path) throws IOException {
    if (effect == Effect.SLOW) {
      sleep();
    }
    if (effect == Effect.CRASH) {
      throw die();
    }
    if (effect == Effect.STAND) {
      Striker.signal(ProcessHandle.current(), "STOP");
    }
    if (effect == Effect.OUTAGE) {
      outage.set(OUTAGE_OPERATIONS);
    }
    if (effect == Effect.FAIL || effect == Effect.OUTAGE) {
      throw broken(path);
    }
  }

  private void after(Effect effect, Path path) throws IOException {
    if (effect == Effect.CRASH_AFTER) {
      throw die();
    }
    if (effect == Effect.FAIL_AFTER || effect == Effect.TEAR) {
      throw broken(path);
    }
  }

  private IllegalStateException die() {
    if (System.getProperty(HALT) != null) {
      Runtime.getRuntime().halt(KILLED);
    }
    dead = true;
    return ended();
  }

  /** Not an {@link IOException}: a dead process doesn't try storage again for three minutes. */
  private static IllegalStateException ended() {
    return new IllegalStateException("chaos: this process has ended");
  }

  private static IOException broken(Path path) {
    return new IOException("chaos at " + path.getName());
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(SLOW_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("killed while writing slowly");
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return faulty(
        path,
        Operation.CREATE,
        () ->
            new FSDataOutputStream(
                new Held(
                    path,
                    super.create(
                        path, null, overwrite, bufferSize, replication, blockSize, progress)),
                null));
  }

  /** A file's bytes, which are written when it is closed. */
  private final class Held extends ByteArrayOutputStream {
    private final Path path;
    private final OutputStream disk;
    private boolean closed;

    Held(Path path, OutputStream disk) {
      this.path = path;
      this.disk = disk;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      if (Place.of(path) == Place.RESULTS) {
        long rows = toString(StandardCharsets.UTF_8).lines().count();
        Generations.note(flushes(fired.folder()), path.getName(), rows);
      }
      long begin = System.nanoTime();
      String result = "not done";
      try (disk) {
        Effect effect = effect(path, Operation.CLOSE);
        before(effect, path);
        disk.write(buf, 0, effect == Effect.TEAR ? count / 2 : count);
        disk.close();
        result = History.result(null);
        after(effect, path);
      } finally {
        note(begin, Operation.CLOSE, path, result);
      }
    }
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return faulty(to, Operation.RENAME, false, () -> super.rename(from, to));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return faulty(path, Operation.DELETE, () -> super.delete(path, recursive));
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    return faulty(path, Operation.MKDIRS, () -> super.mkdirs(path));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return mkdirs(path);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return faulty(path, Operation.LIST, () -> super.listStatus(path));
  }

  @Override
  public RemoteIterator<LocatedFileStatus> listLocatedStatus(Path path) throws IOException {
    return faulty(path, Operation.LIST, () -> super.listLocatedStatus(path));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return faulty(path, Operation.STATUS, () -> super.getFileStatus(path));
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return faulty(path, Operation.READ, () -> super.open(path, bufferSize));
  }

  @Override
  public FutureDataInputStreamBuilder openFile(Path path) throws IOException {
    return faulty(path, Operation.READ, () -> super.openFile(path));
  }

  /** The local disk with addresses of {@link #SCHEME}. */
  private static final class Disk extends RawLocalFileSystem {
    private URI name = URI.create(SCHEME + ":///");

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
      name =
          URI.create(SCHEME + "://" + (uri.getAuthority() == null ? "" : uri.getAuthority()) + "/");
      super.initialize(uri, conf);
    }

    @Override
    public URI getUri() {
      return name == null ? URI.create(SCHEME + ":///") : name; // asked for while it is made
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      return !(exists(to) && getFileStatus(to).isFile()) && super.rename(from, to);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      return plain(super.getFileStatus(path));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      return Arrays.stream(super.listStatus(path)).map(Disk::plain).toArray(FileStatus[]::new);
    }

    /** Without permissions, for which Hadoop would look at an address of {@code file:}. */
    private static FileStatus plain(FileStatus status) {
      return new FileStatus(
          status.getLen(),
          status.isDirectory(),
          status.getReplication(),
          status.getBlockSize(),
          status.getModificationTime(),
          status.getPath());
    }

    /** Hadoop without native code starts a process for it. */
    @Override
    public void setPermission(Path path, FsPermission permission) {}
  }
}
