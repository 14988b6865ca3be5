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
 * Adds the files of a run to a folder exactly once, however often and by whomever it is called.
 * Each attempt writes its files where readers don't look. Then a plan is created that names one
 * attempt's files, unless there is one already: that moment is the run's commit. Every attempt puts
 * the files in place that the plan names, and not its own, so that a second commit leaves what the
 * first one left. What of the run the plan doesn't name is removed.
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
   * The list of the run's files.
   *
   * @param attempt that wrote them; empty where the run was given up
   * @param files relative to the folder
   */
  private record Plan(int schema, String run, String attempt, List<String> files) {}

  /** An operation on the folder's file system. */
  private interface Io<T> {
    T run() throws IOException;
  }

  /** Creates the commit of a run in a folder. */
  public AppendedFiles(FileSystem files, Path target, String run) {
    this(new PartFiles(files, target), run);
  }

  AppendedFiles(PartFiles parts, String run) {
    this.parts = parts;
    this.files = parts.files();
    this.target = parts.folder();
    this.run = run;
  }

  /** Marks a folder as holding this run's files and no others. */
  public void mark() {
    decided(attempt, below(parts.all()));
  }

  String run() {
    return run;
  }

  /** Returns the folder in which this attempt stages its files. */
  public Path staged() {
    return new Path(stage(), attempt);
  }

  /** Returns the prefix of files that this attempt writes in place. */
  public String prefix() {
    return run + "-" + attempt;
  }

  /** Returns whether the run's commit was made and its files exist. */
  public boolean held() {
    return plan().filter(plan -> isWhole(plan) && !plan.attempt().isEmpty()).isPresent();
  }

  /** Returns the files in the run's plan, if there is one and they exist. */
  Optional<Set<String>> planned() {
    return plan().filter(this::isWhole).map(plan -> Set.copyOf(plan.files()));
  }

  /**
   * Commits this attempt's staged files, or follows another attempt's plan.
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

  /** Commits the files that this attempt wrote in place, or follows another attempt's plan. */
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

  /** Returns the files that this attempt wrote in place. */
  List<Path> written() {
    return parts.of(run).stream().filter(file -> file.getName().contains(prefix() + "-")).toList();
  }

  /**
   * Settles a run that isn't resumed: its files are put in place if its commit was made; otherwise
   * the commit is made impossible, and its leftovers are removed.
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
          "this run stalled for so long that another run on its work-dir took over and abandoned"
              + " it",
          "run the same command again after the other run has ended.",
          null);
    }
    return plan;
  }

  /**
   * Returns the existing plan; otherwise creates this one, or returns the plan of a faster attempt.
   */
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

  /** Returns whether each file of a plan is in place or staged. */
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
