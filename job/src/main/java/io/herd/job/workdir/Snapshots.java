package io.herd.job.workdir;

import java.util.Arrays;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The snapshots of the input in a work-dir's {@code input/}: a folder for each, by its name. */
public final class Snapshots {
  private final WorkFiles files;

  Snapshots(WorkFiles files) {
    this.files = files;
  }

  /** Returns a snapshot's folder. */
  public String folder(String name) {
    return path(name).toString();
  }

  private Path path(String name) {
    return files.path("input/" + name);
  }

  /** Returns whether a run's snapshot exists: a run with other settings removes earlier ones. */
  public boolean holds(RunState run) {
    Path folder = path(run.snapshot());
    return files.io(
        "look for",
        folder,
        storage ->
            storage.exists(folder)
                && Arrays.stream(storage.listStatus(folder))
                    .anyMatch(file -> file.getPath().getName().startsWith("part-")));
  }

  /** Removes a snapshot that no run needs any more. */
  public void drop(String name) {
    files.drop(path(name));
  }

  /**
   * Removes snapshots that no run needs once a new one is noted: the last one, and those of runs
   * that died before they noted theirs. One that was begun later is of another run.
   *
   * @param last the one before, or null
   */
  public void dropBefore(RunState now, RunState last) {
    Path input = files.path("input");
    for (FileStatus folder : files.io("list", input, storage -> storage.listStatus(input))) {
      String name = folder.getPath().getName();
      boolean earlier = name.matches("s\\d.*") && name.compareTo(now.snapshot()) < 0;
      if (earlier || (last != null && name.equals(last.snapshot()))) {
        drop(name);
      }
    }
  }
}
