package io.herd.explore;

import io.herd.job.output.AppendedFiles;
import io.herd.job.workdir.InputVersion;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.Publishing;
import io.herd.job.workdir.RunState;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Runs of one configuration on one work-dir that append to one output, each of which takes the
 * snapshot, publishes and says so, and a reader. Once a run is said to be done, each of its rows is
 * in the output once, and stays so.
 */
final class PublishWorld implements World {
  private static final String PUBLICATION = "p";
  private static final InputVersion INPUT = new InputVersion("d", "the input", "");
  private static final List<String> ROWS = List.of("row 0", "row 1");

  private final boolean objects;
  private MemoryFiles files;

  /**
   * @param objects whether files are written in place, as an object store's are
   */
  PublishWorld(boolean objects) {
    this.objects = objects;
  }

  @Override
  public void fill(MemoryFiles given, Turns turns) {
    files = given;
    for (String name : new String[] {"A", "B"}) {
      turns.process(name, driver -> tryTo(() -> run(driver)));
    }
    turns.process("reader", driver -> tryTo(() -> requireDone(Storage.workDir(files, driver))));
    turns.afterAll("last", this::run);
  }

  private interface Body {
    void run() throws IOException;
  }

  /** A run that fails is told to be run again. */
  private static void tryTo(Body body) {
    try {
      body.run();
    } catch (IOException | SystemException e) { // of storage
    }
  }

  private Path target() {
    return new Path(files.getUri() + "/out");
  }

  /** As Job does it. */
  private void run(Turns.Driver driver) throws IOException {
    WorkDir workDir = Storage.workDir(files, driver);
    RunState taken;
    try (Lease lease = workDir.lease("read", line -> {}, () -> false)) {
      taken = take(workDir, driver, lease);
    }
    try (Lease lease = workDir.lease("publish", line -> {}, () -> false)) {
      Optional<RunState> now =
          workDir.run().state().filter(each -> each.snapshot().equals(taken.snapshot()));
      if (now.isEmpty()) {
        return; // as PublishStep ends it
      }
      publishing(workDir).publish(now.get(), output(), lease);
      audit(taken.run());
      lease.requireHeld();
      workDir.writeJson(
          WorkDir.MANIFEST,
          Map.of("run", taken.run(), "publication", PUBLICATION, "outcome", "done"));
    }
    requireDone(workDir);
  }

  private Publishing publishing(WorkDir workDir) {
    return new Publishing(workDir, "out", PUBLICATION, true);
  }

  private RunState take(WorkDir workDir, Turns.Driver driver, Lease lease) throws IOException {
    Optional<RunState> before = workDir.run().state();
    if (before.isPresent() && !publishing(workDir).ended(before.get())) {
      return before.get();
    }
    String name = "s-" + driver.name();
    write(new Path(workDir.snapshots().folder(name), "part-0"), "rows");
    RunState state = RunState.of(name, name, ROWS.size(), "f", INPUT).after(before);
    lease.requireHeld();
    workDir.run().write(state, lease);
    return state;
  }

  private void write(Path path, String text) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Publishing.Output output() {
    return new Publishing.Output() {
      @Override
      public boolean holds(String run) {
        return appended(run).held();
      }

      @Override
      public boolean isOf(String run) {
        return appended(run).held();
      }

      @Override
      public void settle(String run) {
        appended(run).settle();
      }

      @Override
      public boolean write(String run, Runnable fence) {
        AppendedFiles added = appended(run);
        Path folder = objects ? target() : added.staged();
        try {
          for (String row : ROWS) {
            String part = row.replace(' ', '-');
            PublishWorld.this.write(new Path(folder, "part-" + added.prefix() + "-" + part), row);
          }
        } catch (IOException e) {
          throw new SystemException("can't write", e);
        }
        return objects ? added.commitWritten(fence) : added.commitStaged(fence);
      }
    };
  }

  private AppendedFiles appended(String run) {
    return new AppendedFiles(files, target(), run);
  }

  /** As the audit does, before the manifest is written. */
  private void audit(String run) throws IOException {
    List<String> own = rows().getOrDefault(run, List.of());
    if (!own.equals(ROWS)) {
      throw new SystemException("the output has " + own + " of " + run, null);
    }
  }

  /** Rows by run, as who reads the folder finds them. */
  private Map<String, List<String>> rows() throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> all = files.listFiles(target(), true);
    while (all.hasNext()) {
      Path path = all.next().getPath();
      if (path.getName().startsWith("part-") && !path.toString().contains("/_")) {
        String run = path.getName().substring("part-".length()).replaceFirst("-[0-9a-f]{8}-.*", "");
        rows.merge(run, List.of(read(path)), PublishWorld::sorted);
      }
    }
    return rows;
  }

  private static List<String> sorted(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).sorted().toList();
  }

  private String read(Path path) throws IOException {
    try (InputStream in = files.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Whoever is told that a run is done finds its rows, each once. */
  private void requireDone(WorkDir workDir) throws IOException {
    for (String run : workDir.run().state().map(state -> done(state)).orElse(List.of())) {
      if (objects) { // where readers go by what the plan lists
        if (!appended(run).held()) {
          throw new AssertionError(run + " is done, and rows of it are missing");
        }
        continue;
      }
      List<String> found = rows().getOrDefault(run, List.of());
      if (!found.equals(ROWS)) {
        throw new AssertionError(run + " is done, and the output has " + found);
      }
    }
  }

  private static List<String> done(RunState state) {
    return state.hasEnded(PUBLICATION) ? List.of(state.run()) : List.of();
  }

  @Override
  public void check() throws IOException {
    if (objects) {
      return;
    }
    for (Map.Entry<String, List<String>> each : rows().entrySet()) {
      if (!each.getValue().equals(ROWS)) {
        throw new AssertionError("rows of " + each.getKey() + ": " + each.getValue());
      }
    }
    if (rows().isEmpty()) {
      throw new AssertionError("no rows, though the last run succeeded");
    }
  }
}
