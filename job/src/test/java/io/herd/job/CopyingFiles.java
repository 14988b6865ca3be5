package io.herd.job;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** The local disk under a scheme of its own, which doesn't move every folder. */
class CopyingFiles extends RawLocalFileSystem {
  private final String scheme;

  CopyingFiles(String scheme) {
    this.scheme = scheme;
  }

  /** As a store of objects: a folder's rename is refused. */
  static final class Objects extends CopyingFiles {
    Objects() {
      super("gs");
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      boolean ofATask = from.toString().contains("_temporary");
      return (ofATask || pathToFile(from).isFile()) && super.rename(from, to);
    }
  }

  /** As a disk whose folder {@code out} is mounted there, which nothing tells of beforehand. */
  static final class Mounted extends CopyingFiles {
    Mounted() {
      super("mounted");
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      return !from.getName().equals("out") && super.rename(from, to);
    }
  }

  @Override
  public String getScheme() {
    return scheme;
  }

  @Override
  public URI getUri() {
    return URI.create(scheme + ":///");
  }

  /** Its own asks the path for a file. */
  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus of = super.getFileStatus(path);
    return new FileStatus(
        of.getLen(),
        of.isDirectory(),
        1,
        of.getBlockSize(),
        of.getModificationTime(),
        of.getAccessTime(),
        FsPermission.getDirDefault(),
        "me",
        "us",
        of.getPath());
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    FileStatus[] found = super.listStatus(folder);
    for (int i = 0; i < found.length; i++) {
      found[i] = getFileStatus(found[i].getPath());
    }
    return found;
  }

  @Override
  public File pathToFile(Path path) {
    return new File(path.toUri().getPath());
  }
}
