package io.herd.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under {@code steps:}, as HDFS has renames: none replaces a file. Before each
 * operation that changes something, the folder that {@value #PLACE} names is copied to a new one in
 * {@value #COPIES}: what a process that is killed there leaves behind.
 */
public final class StepFiles extends CopyingFiles {
  private static final String PLACE = "steps.place";
  private static final String COPIES = "steps.copies";
  private static final Object ONE = new Object();

  /** As Hadoop makes it. */
  public StepFiles() {
    super("steps");
  }

  /** Copies one folder to others from now on. */
  static void watch(Configuration hadoop, java.nio.file.Path place, java.nio.file.Path copies)
      throws IOException {
    Files.createDirectories(copies);
    hadoop.set("fs.steps.impl", StepFiles.class.getName());
    hadoop.setBoolean("fs.steps.impl.disable.cache", true); // it would keep the first folders
    hadoop.set(PLACE, place.toString());
    hadoop.set(COPIES, copies.toString());
  }

  /** The copies, the first one first. */
  static List<java.nio.file.Path> copies(java.nio.file.Path copies) throws IOException {
    try (Stream<java.nio.file.Path> all = Files.list(copies)) {
      return all.sorted().toList();
    }
  }

  private void copy() throws IOException {
    java.nio.file.Path place = java.nio.file.Path.of(getConf().get(PLACE));
    java.nio.file.Path copies = java.nio.file.Path.of(getConf().get(COPIES));
    synchronized (ONE) { // tasks write, too
      String name = String.format(Locale.ROOT, "%04d", copies(copies).size());
      copy(place, copies.resolve(name));
    }
  }

  /** Without what a task removes meanwhile. */
  static void copy(java.nio.file.Path from, java.nio.file.Path to) throws IOException {
    if (Files.isDirectory(from)) {
      Files.createDirectories(to);
      try (Stream<java.nio.file.Path> all = Files.list(from)) {
        for (java.nio.file.Path each : all.toList()) {
          copy(each, to.resolve(each.getFileName()));
        }
      }
    } else if (Files.exists(from)) {
      Files.write(to, Files.readAllBytes(from));
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    copy();
    OutputStream disk = super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(disk, null) {
      @Override
      public void close() throws IOException {
        StepFiles.this.copy();
        super.close();
      }
    };
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    copy();
    return !pathToFile(to).isFile() && super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    copy();
    return super.delete(path, recursive);
  }
}
