package io.herd.job.output;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.herd.udfs.SystemException;
import io.herd.udfs.storage.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Adds the files of a run to a folder, once, whoever does it how often. Each attempt writes its
 * files where readers don't look. Then a plan is created that names one attempt's files, unless
 * there is one already: that moment is the run's commit. Every attempt puts the files in place that
 * the plan names, and not its own, so that a second commit leaves what the first one left. What of
 * the run the plan doesn't name is removed.
 *
 * <p>Plans stay in {@code _herd/}, where they tell which runs the folder holds.
 */
public final class AppendedFiles {
  private static final int SCHEMA = 1;
  private static final String FOLDER = "_herd";

  private final PartFiles parts;
  private final FileSystem files;
  private final Path target;
  private final String run;
  private final String attempt = UUID.randomUUID().toString().substring(0, 8);

  /**
   * Which files are the run's.
   *
   * @param attempt that wrote them; empty where the run was given up
   * @param files relative to the folder
   */
  private record Plan(int schema, String run, String attempt, List<String> files) {}

  /** Something that is done with the folder's file system. */
  private interface Io<T> {
    T run() throws IOException;
  }

  /** Of a run in a folder. */
  public AppendedFiles(FileSystem files, Path target, String run) {
    this(new PartFiles(files, target), run);
  }

  AppendedFiles(PartFiles parts, String run) {
    this.parts = parts;
    this.files = parts.files();
    this.target = parts.folder();
    this.run = run;
  }

  /** Notes that a folder holds this run's files and no others. */
  public void mark() {
    decided(attempt, below(parts.all()));
  }

  String run() {
    return run;
  }

  /** Where this attempt writes what is to be moved in place. */
  public Path staged() {
    return new Path(stage(), attempt);
  }

  /** Names that files begin with which this attempt writes in place at once. */
  public String prefix() {
    return run + "-" + attempt;
  }

  /** Whether the run's commit was made, and its files are there. */
  public boolean held() {
    return plan().filter(plan -> isWhole(plan) && !plan.attempt().isEmpty()).isPresent();
  }

  /** The files that the run's plan names, if there is one and they are there. */
  Optional<Set<String>> planned() {
    return plan().filter(this::isWhole).map(plan -> Set.copyOf(plan.files()));
  }

  /**
   * Commits what this attempt has staged, or follows the plan of another.
   *
   * @param fence is called before the plan is made
   * @return whether its own files are the run's
   */
  public boolean commitStaged(Runnable fence) {
    Path staged = staged();
    List<String> written =
        parts.all(staged).stream().map(file -> parts.below(staged, file)).toList();
    Plan plan = decided(written, fence);
    follow(plan);
    io("mark", () -> touch(new Path(target, "_SUCCESS")));
    return plan.attempt().equals(attempt);
  }

  /** Commits what this attempt has written in place, or follows the plan of another. */
  public boolean commitWritten(Runnable fence) {
    Plan plan;
    try {
      plan = decided(below(written()), fence);
    } catch (RuntimeException e) {
      parts.delete(written());
      throw e;
    }
    follow(plan);
    return plan.attempt().equals(attempt);
  }

  /** The files that this attempt has written in place. */
  List<Path> written() {
    return parts.of(run).stream().filter(file -> file.getName().contains(prefix() + "-")).toList();
  }

  /**
   * Ends a run that isn't taken up again: its files are put in place if its commit was made, else
   * it is made sure that it never is, and what it left is removed.
   */
  public void settle() {
    Plan plan = decided("", List.of());
    if (isWhole(plan)) {
      follow(plan);
    } else { // somebody has removed what was appended
      io("remove", () -> files.delete(stage(), true));
    }
  }

  private Plan decided(List<String> written, Runnable fence) {
    Optional<Plan> before = plan();
    if (before.isPresent() && !isWhole(before.get())) { // somebody has removed what was appended
      fence.run();
      io("remove", () -> files.delete(file(), false));
      before = Optional.empty();
    }
    if (before.isEmpty()) {
      fence.run();
    }
    Plan plan = before.orElseGet(() -> decided(attempt, written));
    if (plan.attempt().isEmpty()) {
      throw new SystemException(
          "this run stood still for so long that another one on its work-dir took over, and gave"
              + " it up",
          "run the same command again, when the other has ended.",
          null);
    }
    return plan;
  }

  /** The plan that is there; else this one, or that of who is faster. */
  private Plan decided(String by, List<String> written) {
    byte[] json =
        new Gson().toJson(new Plan(SCHEMA, run, by, written)).getBytes(StandardCharsets.UTF_8);
    io(
        "write",
        () -> {
          files.mkdirs(file().getParent());
          WholeFile.writeIfAbsent(files, file(), json);
          return null;
        });
    return plan().orElseThrow(() -> new SystemException("can't read " + file(), null));
  }

  private void follow(Plan plan) {
    Set<String> wanted = new HashSet<>(plan.files());
    parts.delete(
        parts.of(run).stream().filter(each -> !wanted.contains(parts.below(each))).toList());
    for (String name : plan.files()) {
      io("put in place", () -> put(new Path(new Path(stage(), plan.attempt()), name), name));
    }
    io("remove", () -> files.delete(stage(), true));
  }

  private Void put(Path from, String name) throws IOException {
    Path to = new Path(target, name);
    if (files.exists(to)) {
      return null;
    }
    files.mkdirs(to.getParent());
    boolean moved = false;
    try {
      moved = files.rename(from, to);
    } catch (IOException e) {
      if (!files.exists(to)) { // another has put it there
        throw e;
      }
    }
    if (!moved && !files.exists(to)) {
      throw new IOException("rename from " + from + " to " + to + " was refused");
    }
    return null;
  }

  private Void touch(Path mark) throws IOException {
    files.create(mark, true).close();
    return null;
  }

  /** Whether each file of a plan is in its place, or on its way there. */
  private boolean isWhole(Plan plan) {
    Path from = new Path(stage(), plan.attempt().isEmpty() ? "none" : plan.attempt());
    return plan.files().stream()
        .allMatch(
            name -> parts.exists(new Path(target, name)) || parts.exists(new Path(from, name)));
  }

  private Optional<Plan> plan() {
    return io(
        "read",
        () -> {
          if (!files.exists(file())) {
            return Optional.empty();
          }
          try (InputStream in = files.open(file())) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Optional.ofNullable(new Gson().fromJson(json, Plan.class));
          }
        });
  }

  private Path file() {
    return new Path(new Path(target, FOLDER), run + ".json");
  }

  private Path stage() {
    return new Path(new Path(target, FOLDER), run);
  }

  private List<String> below(List<Path> some) {
    return some.stream().map(parts::below).toList();
  }

  private <T> T io(String doing, Io<T> body) {
    try {
      return body.run();
    } catch (IOException | JsonParseException e) {
      throw new SystemException(
          "can't " + doing + " the files that run " + run + " appends to " + target, e);
    }
  }
}
