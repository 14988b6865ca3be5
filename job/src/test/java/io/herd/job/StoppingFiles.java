package io.herd.job;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.Path;

/**
 * The local disk under {@code stopping:}, as HDFS has renames: none replaces a file. A process that
 * is about to rename something to a path that {@value #AT} matches stops itself by SIGSTOP, if it
 * is the first: it takes the file that {@value #ONCE} names away.
 */
public final class StoppingFiles extends CopyingFiles {
  static final String AT = "stopping.at";
  static final String ONCE = "stopping.once";

  /** As Hadoop makes it. */
  public StoppingFiles() {
    super("stopping");
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (to.toUri().getPath().matches(getConf().get(AT))
        && Files.deleteIfExists(java.nio.file.Path.of(getConf().get(ONCE)))) {
      stop();
    }
    return !pathToFile(to).isFile() && super.rename(from, to);
  }

  private static void stop() throws IOException {
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("kill", "-STOP", self).start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped otherwise");
    }
  }
}
