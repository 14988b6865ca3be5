package io.herd.job.workdir;

import io.herd.udfs.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The progress of each run on a work-dir: one file per driver, removed when the driver ends. */
final class ProgressFiles {
  private static final String SUFFIX = ".json";
  private static final Duration LONG_DEAD = Duration.ofDays(7);

  private final FileSystem files;
  private final Path folder;

  ProgressFiles(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  void write(String driver, RunProgress progress) throws IOException {
    files.mkdirs(folder);
    WholeFile.write(
        files, path(driver), JsonFile.GSON.toJson(progress).getBytes(StandardCharsets.UTF_8));
  }

  /** Removes a driver's file, and those of drivers that died long ago. */
  void remove(String driver) throws IOException {
    Path own = path(driver);
    List<FileStatus> all = list();
    Optional<FileStatus> now =
        all.stream().filter(each -> each.getPath().getName().equals(own.getName())).findAny();
    if (now.isEmpty()) {
      return;
    }
    long before = now.get().getModificationTime() - LONG_DEAD.toMillis();
    for (FileStatus each : all) {
      if (each.getModificationTime() < before) { // both by the storage's clock
        files.delete(each.getPath(), false);
      }
    }
    files.delete(own, false);
    if (files.listStatus(folder).length == 0) {
      files.delete(folder, false);
    }
  }

  List<WorkDirStatus.Driver> read() throws IOException {
    List<WorkDirStatus.Driver> drivers = new ArrayList<>();
    for (FileStatus each : list()) {
      Instant heard = Instant.ofEpochMilli(each.getModificationTime());
      read(each.getPath())
          .ifPresent(progress -> drivers.add(new WorkDirStatus.Driver(progress, heard)));
    }
    return drivers;
  }

  /** Reads a file; empty if the driver has just ended. */
  private Optional<RunProgress> read(Path path) throws IOException {
    return JsonFile.ifThere(JsonFile.GSON, files, path, RunProgress.class);
  }

  private List<FileStatus> list() throws IOException {
    try {
      return List.of(
          files.listStatus(
              folder, path -> path.getName().endsWith(SUFFIX) && !path.getName().startsWith("_")));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private Path path(String driver) {
    return new Path(folder, driver + SUFFIX);
  }
}
