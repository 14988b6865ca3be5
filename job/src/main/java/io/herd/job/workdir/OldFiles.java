package io.herd.job.workdir;

import io.herd.udfs.SystemException;
import io.herd.udfs.results.InFlight;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Files of a work-dir that are older than a given time and that no run needs. While a run is
 * unfinished, its snapshot and all results are needed: any of them may be one of its rows'.
 *
 * @param groups without empty ones
 * @param unfinished the snapshot of the run that isn't finished, if there is one
 */
public record OldFiles(List<Group> groups, Optional<String> unfinished) {

  /**
   * Files of one kind.
   *
   * @param name of their folder
   * @param paths files or folders, to be removed as a whole
   * @param oldest when the first of them was written
   * @param newest when the last was
   */
  public record Group(
      String name, List<Path> paths, long files, long bytes, Instant oldest, Instant newest) {
    static Group none(String name) {
      return new Group(name, List.of(), 0, 0, Instant.MAX, Instant.MIN);
    }

    private Group plus(Group other) {
      List<Path> all = new ArrayList<>(paths);
      all.addAll(other.paths);
      return new Group(
          name,
          all,
          files + other.files,
          bytes + other.bytes,
          oldest.isBefore(other.oldest) ? oldest : other.oldest,
          newest.isAfter(other.newest) ? newest : other.newest);
    }
  }

  /**
   * Searches a work-dir.
   *
   * @param whole folders that are kept or removed as one
   */
  static OldFiles find(
      FileSystem files,
      Path root,
      Optional<String> unfinished,
      List<String> whole,
      Instant before) {
    try {
      Group results = Group.none("results");
      Group markers = Group.none(InFlight.FOLDER);
      if (unfinished.isEmpty()) {
        Path log = new Path(root, "results");
        results = old(files, results, children(files, log, true), before);
        for (Path folder : children(files, log, false)) {
          if (!folder.getName().startsWith("_")) {
            results = old(files, results, children(files, folder, true), before);
          }
        }
        markers =
            old(files, markers, children(files, new Path(log, InFlight.FOLDER), false), before);
      }
      List<Path> snapshots = new ArrayList<>(children(files, new Path(root, "input"), false));
      unfinished.ifPresent(name -> snapshots.removeIf(path -> path.getName().equals(name)));
      List<Group> groups = new ArrayList<>();
      groups.add(results);
      groups.add(markers);
      groups.add(old(files, Group.none("input"), snapshots, before));
      for (String name : whole) {
        groups.add(old(files, Group.none(name), List.of(new Path(root, name)), before));
      }
      return new OldFiles(
          groups.stream().filter(group -> !group.paths().isEmpty()).toList(), unfinished);
    } catch (IOException e) {
      throw new SystemException("can't look into the work-dir " + root, e);
    }
  }

  private static List<Path> children(FileSystem files, Path folder, boolean plain)
      throws IOException {
    List<Path> paths = new ArrayList<>();
    if (files.exists(folder)) {
      for (FileStatus file : files.listStatus(folder)) {
        if (file.isFile() == plain) {
          paths.add(file.getPath());
        }
      }
    }
    return paths;
  }

  /** Adds the existing paths whose files are all old. */
  private static Group old(FileSystem files, Group group, List<Path> paths, Instant before)
      throws IOException {
    Group all = group;
    for (Path path : paths) {
      if (files.exists(path)) {
        Group one = measure(files, group.name(), path);
        all = one.newest().isBefore(before) ? all.plus(one) : all;
      }
    }
    return all;
  }

  /** Measures a path; its time is the newest of its files, or the folder's own if it is empty. */
  private static Group measure(FileSystem files, String name, Path path) throws IOException {
    Group sum = new Group(name, List.of(path), 0, 0, Instant.MAX, Instant.MIN);
    RemoteIterator<LocatedFileStatus> below = files.listFiles(path, true);
    while (below.hasNext()) {
      LocatedFileStatus file = below.next();
      Instant written = written(file);
      sum = sum.plus(new Group(name, List.of(), 1, file.getLen(), written, written));
    }
    if (sum.files() > 0) {
      return sum;
    }
    Instant made = written(files.getFileStatus(path));
    return new Group(name, List.of(path), 0, 0, made, made);
  }

  private static Instant written(FileStatus file) {
    return Instant.ofEpochMilli(file.getModificationTime());
  }

  void remove(FileSystem files) {
    for (Group group : groups) {
      for (Path path : group.paths()) {
        try {
          files.delete(path, true);
        } catch (IOException e) {
          throw new SystemException("can't remove " + path, e);
        }
      }
    }
  }
}
