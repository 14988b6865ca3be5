package io.herd.explore;

import io.herd.udfs.storage.ConditionalWrites;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * Files in memory, under {@code memory://WORLD/}, each operation of which is a step of {@link
 * Turns}. As on HDFS, or as in an object store: there, a file is seen once it is closed, creating
 * one is never exclusive, and a folder is renamed object by object.
 */
public final class MemoryFiles extends DistributedFileSystem
    implements Turns.Store, ConditionalWrites {
  /** What storage can do. */
  enum Kind {
    /** HDFS. */
    FILES,
    /** S3, with a Hadoop or a server that creates nothing conditionally. */
    OBJECTS,
    /** S3. */
    CONDITIONAL_OBJECTS
  }

  static final String SCHEME = "memory";

  /** Names that a run draws: they differ from schedule to schedule. */
  private static final Pattern DRAWN =
      Pattern.compile(
          "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|s\\d+-[0-9a-f]{8}"
              + "|(?<!lease-|beat-|state-)\\b[0-9a-f]{8}\\b");

  private static final long DAY = 86_400_000;
  private static final int BLOCK = 1 << 20;

  /** A file, or a folder, which has no bytes. */
  private static final class Node {
    private byte[] bytes;
    private long hash;
    private long time;
  }

  private final NavigableMap<String, Node> nodes = new TreeMap<>();
  private final Map<String, String> drawn = new HashMap<>();
  private final Map<String, Integer> draws = new HashMap<>();
  private URI uri;
  private Turns turns;
  private Kind kind;

  /** The file system of a world. */
  static MemoryFiles of(Configuration hadoop, String world, Kind kind) throws IOException {
    MemoryFiles files = (MemoryFiles) FileSystem.get(URI.create(SCHEME + "://" + world), hadoop);
    files.kind = kind;
    return files;
  }

  static Configuration configuration() {
    Configuration hadoop = new Configuration(false);
    hadoop.setClass("fs." + SCHEME + ".impl", MemoryFiles.class, FileSystem.class);
    return hadoop;
  }

  /** Begins again with nothing. */
  void reset(Turns given) {
    turns = given;
    nodes.clear();
    nodes.put("/", new Node());
    drawn.clear();
    draws.clear();
  }

  @Override
  public void initialize(URI name, Configuration conf) {
    setConf(conf);
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) {
    return isObjects() && capability.equals(CommonPathCapabilities.ABORTABLE_STREAM);
  }

  private boolean isObjects() {
    return kind != Kind.FILES;
  }

  @Override
  public Outcome write(Path path, Optional<String> etag, byte[] content) throws IOException {
    if (kind != Kind.CONDITIONAL_OBJECTS) {
      return Outcome.UNKNOWN_THERE;
    }
    return step(
        etag.isEmpty() ? "create if absent" : "replace if unchanged",
        path,
        () -> {
          Node there = nodes.get(key(path));
          if (!etag.equals(Optional.ofNullable(there).map(MemoryFiles::etag))) {
            return Outcome.REFUSED;
          }
          Node node = new Node();
          put(key(path), node, content);
          nodes.put(key(path), node);
          return Outcome.WRITTEN;
        });
  }

  private static String etag(Node node) {
    return Integer.toString(Arrays.hashCode(node.bytes));
  }

  /** As S3 has it. */
  private static final class Status extends FileStatus implements EtagSource {
    private static final long serialVersionUID = 1;

    private final String etag;

    Status(FileStatus plain, String etag) throws IOException {
      super(plain);
      this.etag = etag;
    }

    @Override
    public String getEtag() {
      return etag;
    }
  }

  /** What is stored, but for names that were drawn. */
  @Override
  public long hash() {
    long hash = 0;
    for (Map.Entry<String, Node> each : nodes.entrySet()) {
      Node node = each.getValue();
      hash += Turns.mix(Turns.mix(plain(each.getKey()).hashCode(), node.hash), node.time / DAY);
    }
    return hash;
  }

  /** A text in which names are told by who has drawn them. */
  private String plain(String text) {
    Matcher matcher = DRAWN.matcher(text);
    return matcher.find()
        ? matcher.replaceAll(
            each ->
                drawn.computeIfAbsent(
                    each.group(),
                    name -> turns.running() + draws.merge(turns.running(), 1, Integer::sum)))
        : text;
  }

  private interface Body<T> {
    T run() throws IOException;
  }

  private <T> T step(String what, Path path, Body<T> body) throws IOException {
    boolean fails = turns.step(what + " " + plain(key(path)), true);
    T value;
    try {
      value = body.run();
    } catch (IOException e) {
      turns.saw(plain(String.valueOf(e)));
      throw e;
    }
    turns.saw(value == null ? "done" : value instanceof Node node ? node.hash : value);
    if (fails) {
      turns.saw("but fails");
      throw new IOException("explored: the answer to " + what + " " + path.getName() + " is lost");
    }
    return value;
  }

  private String key(Path path) {
    return path.toUri().getPath();
  }

  private Path path(String key) {
    return new Path(uri + key);
  }

  private Node file(Path path) throws IOException {
    Node node = nodes.get(key(path));
    if (node == null || node.bytes == null) {
      throw new FileNotFoundException(path.toString());
    }
    return node;
  }

  private void put(String key, Node node, byte[] bytes) {
    node.bytes = bytes;
    node.hash = plain(new String(bytes, StandardCharsets.UTF_8)).hashCode() + 1L;
    node.time = turns.millis();
    makeFolders(new Path(key).getParent());
  }

  private void makeFolders(Path lowest) {
    for (Path up = lowest; up != null; up = up.getParent()) {
      nodes.computeIfAbsent(key(up), none -> new Node());
    }
  }

  private List<String> below(String key) {
    String prefix = key.equals("/") ? key : key + "/";
    return new ArrayList<>(
        nodes.subMap(prefix, true, prefix + Character.MAX_VALUE, false).keySet());
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    Node node = step("open", path, () -> file(path));
    return new FSDataInputStream(new MemoryInput(node.bytes));
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
    Node created =
        step(
            overwrite ? "create" : "create new",
            path,
            () -> {
              if (!overwrite && nodes.containsKey(key(path))) {
                throw new FileAlreadyExistsException(path.toString());
              }
              Node node = new Node();
              if (!isObjects()) {
                put(key(path), node, new byte[0]);
                nodes.put(key(path), node);
              }
              return node;
            });
    return new FSDataOutputStream(new Output(path, created), null);
  }

  /** A file's bytes, which are written when it is closed. */
  private final class Output extends ByteArrayOutputStream implements Abortable {
    private final Path path;
    private final Node node;
    private boolean closed;

    Output(Path path, Node node) {
      this.path = path;
      this.node = node;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try {
        step(
            "close",
            path,
            () -> {
              put(key(path), node, toByteArray());
              if (isObjects()) {
                nodes.put(key(path), node);
              }
              return count;
            });
      } catch (IOException e) {
        tear();
        throw e;
      } catch (Turns.Death e) {
        if (e.now()) {
          tear();
        }
        throw e;
      }
    }

    private void tear() {
      if (!isObjects() && node.bytes.length == 0) {
        put(key(path), node, Arrays.copyOf(buf, count / 2));
      }
    }

    @Override
    public AbortableResult abort() {
      closed = true;
      return null;
    }
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (isObjects()) {
      return copyAndDelete(from, to);
    }
    return step(
        "rename to " + plain(key(to)) + " from",
        from,
        () -> {
          Node target = nodes.get(key(to));
          if (!nodes.containsKey(key(from)) || (target != null && target.bytes != null)) {
            return false;
          }
          move(from, target == null ? to : new Path(to, from.getName()));
          return true;
        });
  }

  private void move(Path from, Path to) {
    List<String> keys = below(key(from));
    keys.add(key(from));
    for (String key : keys) {
      nodes.put(key(to) + key.substring(key(from).length()), nodes.remove(key));
    }
  }

  private boolean copyAndDelete(Path from, Path to) throws IOException {
    List<String> keys = below(key(from));
    keys.add(key(from));
    for (String key : keys) {
      Path target = path(key(to) + key.substring(key(from).length()));
      step(
          "copy to " + plain(key(target)) + " from",
          path(key),
          () -> {
            Node source = nodes.get(key);
            if (source != null) {
              Node copy = new Node();
              put(key(target), copy, source.bytes);
              nodes.put(key(target), copy);
            }
            return source != null;
          });
      step("delete", path(key), () -> nodes.remove(key) != null);
    }
    return true;
  }

  /** In one step, as HDFS and a local disk replace a file. */
  @Override
  @SuppressWarnings("deprecation")
  public void rename(Path from, Path to, Options.Rename... options) throws IOException {
    step(
        "replace " + plain(key(to)) + " by",
        from,
        () -> {
          file(from);
          move(from, to);
          return true;
        });
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    boolean any = false;
    List<String> keys = below(key(path));
    keys.add(key(path));
    for (String key : keys) {
      Node node = nodes.get(key);
      if (key.equals(key(path)) || (node != null && node.bytes != null)) {
        any |=
            step(
                "delete",
                path(key),
                () -> {
                  below(key).forEach(nodes::remove); // folders, and what came since
                  return nodes.remove(key) != null;
                });
      }
    }
    return any;
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    step(
        "list",
        path,
        () -> {
          Node folder = nodes.get(key(path));
          if (folder == null) {
            throw new FileNotFoundException(path.toString());
          }
          for (String key : below(key(path))) {
            if (key(new Path(key).getParent()).equals(key(path))) {
              found.add(status(key, nodes.get(key)));
            }
          }
          return found.stream().map(each -> plain(each.getPath().getName())).toList();
        });
    return found.toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus[] found = new FileStatus[1];
    step(
        "look at",
        path,
        () -> {
          Node node = nodes.get(key(path));
          if (node == null) {
            throw new FileNotFoundException(path.toString());
          }
          FileStatus plain = status(key(path), node);
          found[0] = isObjects() && plain.isFile() ? new Status(plain, etag(node)) : plain;
          return found[0].getLen();
        });
    return found[0];
  }

  private FileStatus status(String key, Node node) {
    boolean folder = node.bytes == null;
    return new FileStatus(folder ? 0 : node.bytes.length, folder, 1, BLOCK, node.time, path(key));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return step(
        "make",
        path,
        () -> {
          makeFolders(new Path(key(path)));
          return true;
        });
  }

  @Override
  public void setTimes(Path path, long modified, long accessed) throws IOException {
    step(
        "date",
        path,
        () -> {
          file(path).time = modified;
          return null;
        });
  }

  @Override
  public RemoteIterator<LocatedFileStatus> listLocatedStatus(Path path) throws IOException {
    return RemoteIterators.mappingRemoteIterator(
        RemoteIterators.remoteIteratorFromArray(listStatus(path)),
        status -> new LocatedFileStatus(status, new BlockLocation[0]));
  }

  @Override
  public long getDefaultBlockSize(Path path) {
    return BLOCK;
  }

  @Override
  public short getDefaultReplication(Path path) {
    return 1;
  }

  @Override
  protected void checkPath(Path path) {}

  /** There is no client to close. */
  @Override
  public void close() {}

  @Override
  public void setWorkingDirectory(Path path) {}

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri + "/");
  }
}
