package io.herd.job;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk as {@code restless:/path}, on which things happen when a run's tasks write to the
 * log. What has happened is counted in files below {@link #COUNTS}, so that all processes know.
 */
public final class RestlessFiles extends RawLocalFileSystem {
  static final String SCHEME = "restless";

  /** A part of the names of files that are refused, so many times. */
  static final String REFUSED = "restless.refused";

  static final String TIMES = "restless.times";

  /** Whether the process ends when the first of all rows that was done alone is begun. */
  static final String DEADLY = "restless.deadly";

  /** A folder for the counts. */
  static final String COUNTS = "restless.counts";

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public File pathToFile(Path path) {
    return new File(path.toUri().getPath());
  }

  @Override
  public FSDataOutputStream create(Path file, boolean overwrite) throws IOException {
    FSDataOutputStream out = super.create(file, overwrite);
    Configuration conf = getConf();
    String name = file.getName();
    if (name.contains(conf.get(REFUSED, "/")) && happensAgain("refused", conf.getInt(TIMES, 0))) {
      out.close();
      throw new IllegalStateException("the disk is restless");
    }
    boolean partition = name.startsWith("partition-");
    if (conf.getBoolean(DEADLY, false)
        && ((partition && happensAgain("died", 2)) || (name.startsWith("row-") && first(name)))) {
      Runtime.getRuntime().halt(9);
    }
    return out;
  }

  /** Whether this is among the first so many times. */
  private boolean happensAgain(String what, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      if (new File(getConf().get(COUNTS), what + i).createNewFile()) {
        return true;
      }
    }
    return false;
  }

  /** Whether this row is the one that was begun alone before all others. */
  private boolean first(String name) throws IOException {
    String row = name.substring(0, name.lastIndexOf('.'));
    File folder = new File(getConf().get(COUNTS));
    File[] known = folder.listFiles((dir, each) -> each.startsWith("row-"));
    return known.length == 0
        ? new File(folder, row).createNewFile()
        : known[0].getName().equals(row);
  }
}
