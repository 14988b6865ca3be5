package io.herd.udfs.partition;

import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Reads a model's files from the folder of shared storage to which the driver copied them. */
final class StagedSource implements FileSource {
  private final Path folder;
  private final Configuration hadoop;

  StagedSource(String folder, Configuration hadoop) {
    this.folder = new Path(folder);
    this.hadoop = hadoop;
  }

  /** Opens the file up to its end; the reader stops at {@code to}. */
  @Override
  public InputStream open(ModelManifest.Entry file, long from, long to) throws IOException {
    Path path = new Path(folder, file.name());
    FSDataInputStream in = path.getFileSystem(hadoop).open(path);
    try {
      in.seek(from);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public boolean parallel() {
    return true;
  }
}
