package io.herd.explore;

import io.herd.job.output.AppendedFiles;
import io.herd.job.output.ReplacedFiles;
import io.herd.job.workdir.Lease;
import io.herd.job.workdir.WorkDir;
import io.herd.udfs.SystemException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Runs that replace an output of a store of objects, one after the other as far as they know. Once
 * one has done so, the manifest lists all files of one of them, and these are there.
 */
final class ReplaceWorld implements World {
  private static final int FILES = 2;

  private MemoryFiles files;

  @Override
  public void fill(MemoryFiles given, Turns turns) {
    files = given;
    for (String name : new String[] {"A", "B", "C"}) {
      turns.process(name, this::tryToReplace);
    }
  }

  private void tryToReplace(Turns.Driver driver) {
    try {
      replace(driver);
    } catch (IOException | SystemException e) { // it is told to be run again
    }
  }

  private Path target() {
    return new Path(files.getUri() + "/out");
  }

  private ReplacedFiles replaced(AppendedFiles added) {
    return new ReplacedFiles(files, target(), added);
  }

  private void replace(Turns.Driver driver) throws IOException {
    WorkDir workDir = Storage.workDir(files, driver);
    try (Lease lease = workDir.lease("publish", line -> {}, () -> false)) {
      AppendedFiles added = new AppendedFiles(files, target(), "s-" + driver.name());
      for (int i = 0; i < FILES; i++) {
        Path file = new Path(target(), "part-" + added.prefix() + "-0000" + i);
        try (OutputStream out = files.create(file, true)) {
          out.write(i);
        }
      }
      replaced(added).commitWritten(lease::requireHeld);
    }
  }

  @Override
  public void check() throws IOException {
    List<String> listed = replaced(new AppendedFiles(files, target(), "none")).listed();
    for (String name : listed) {
      if (!files.exists(new Path(target(), name))) {
        throw new AssertionError("the manifest lists " + listed + ", and " + name + " isn't there");
      }
    }
    long attempts =
        listed.stream().map(name -> name.replaceFirst("-0000\\d$", "")).distinct().count();
    if (!listed.isEmpty() && (listed.size() != FILES || attempts != 1)) {
      throw new AssertionError("the manifest lists " + listed);
    }
  }
}
