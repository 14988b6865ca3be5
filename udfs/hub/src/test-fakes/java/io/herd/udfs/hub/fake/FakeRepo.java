package io.herd.udfs.hub.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A repository. Adding a file makes a new commit on main; commits stay. */
public final class FakeRepo {
  private static final String MAIN = "main";

  private final String id;
  private final Map<String, FakeCommit> revisions = new ConcurrentHashMap<>();
  private final Map<String, FakeCommit> commits = new ConcurrentHashMap<>();
  private volatile boolean gated;
  private volatile boolean hidden;
  private volatile boolean disabled;
  private volatile String licence = "";

  FakeRepo(String id) {
    this.id = id;
    commit(new TreeMap<>());
  }

  /** Its name now. */
  public String id() {
    return id;
  }

  /** Adds or replaces a file; weights and files of more than 10 MB go to the other host. */
  public FakeRepo file(String name, FakeContent content) {
    SortedMap<String, FakeFile> files = new TreeMap<>(main().files());
    files.put(name, FakeFile.of(name, content));
    commit(files);
    return this;
  }

  /** Adds or replaces a file. */
  public FakeRepo file(String name, byte[] bytes) {
    return file(name, FakeContent.of(bytes));
  }

  /** Adds or replaces a file. */
  public FakeRepo file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds or replaces a file, which is read whenever it is asked for. */
  public FakeRepo file(String name, Path file) {
    return file(name, FakeContent.of(file));
  }

  /** Adds all files of a folder and of those in it. */
  public FakeRepo folder(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
        file(folder.relativize(file).toString().replace('\\', '/'), file);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void commit(SortedMap<String, FakeFile> files) {
    FakeCommit commit = FakeCommit.of(id, files);
    commits.put(commit.id(), commit);
    revisions.put(MAIN, commit);
  }

  /** Names the present state, which then stays under this name. */
  public FakeRepo revision(String name) {
    revisions.put(name, main());
    return this;
  }

  /** Asks for an account that was let in. */
  public FakeRepo gated() {
    gated = true;
    return this;
  }

  /** Is there for its members only. */
  public FakeRepo isPrivate() {
    hidden = true;
    return this;
  }

  /** Was closed by the Hub. */
  public FakeRepo disabled() {
    disabled = true;
    return this;
  }

  /** Its card states this licence. */
  public FakeRepo licence(String stated) {
    licence = stated;
    return this;
  }

  String licence() {
    return licence;
  }

  /** The commit that main is at. */
  public String commit() {
    return main().id();
  }

  private FakeCommit main() {
    return revisions.getOrDefault(MAIN, FakeCommit.of(id, new TreeMap<>()));
  }

  Optional<FakeCommit> at(String revision) {
    return Optional.ofNullable(revisions.getOrDefault(revision, commits.get(revision)));
  }

  Map<String, FakeCommit> revisions() {
    return revisions;
  }

  boolean needsDecision() {
    return gated;
  }

  boolean hidden() {
    return hidden;
  }

  boolean closed() {
    return disabled;
  }
}
