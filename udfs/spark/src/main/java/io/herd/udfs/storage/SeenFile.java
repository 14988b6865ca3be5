package io.herd.udfs.storage;

import io.herd.udfs.storage.ConditionalWrites.Outcome;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file as a writer has read it, which can be replaced only while it is unchanged. On S3 with
 * Hadoop 3.4 or later the store refuses who has seen an older one; elsewhere the last writer's is
 * there.
 */
public final class SeenFile {
  private final FileSystem files;
  private final Path path;
  private final Optional<String> etag;
  private final Optional<byte[]> content;

  private SeenFile(FileSystem files, Path path, Optional<String> etag, Optional<byte[]> content) {
    this.files = files;
    this.path = path;
    this.etag = etag;
    this.content = content;
  }

  /** Reads the current file, or notes that there is none. */
  public static SeenFile read(FileSystem files, Path path) throws IOException {
    try {
      FileStatus status = files.getFileStatus(path);
      String etag = status instanceof EtagSource source ? source.getEtag() : null;
      try (InputStream in = files.open(path)) {
        return new SeenFile(files, path, Optional.ofNullable(etag), Optional.of(in.readAllBytes()));
      }
    } catch (FileNotFoundException e) {
      return new SeenFile(files, path, Optional.empty(), Optional.empty());
    }
  }

  /** Returns the content that was read; empty if there was no file. */
  public Optional<byte[]> content() {
    return content;
  }

  /**
   * Replaces the content.
   *
   * @return whether that is there now; not, if another has written the file since
   */
  public boolean replace(byte[] next) throws IOException {
    Outcome outcome = decided(next);
    if (outcome == Outcome.UNKNOWN_THERE) {
      WholeFile.write(files, path, next);
    }
    return outcome != Outcome.REFUSED;
  }

  private Outcome decided(byte[] next) throws IOException {
    if (content.isPresent() && etag.isEmpty()) { // nothing to compare
      return Outcome.UNKNOWN_THERE;
    }
    return WholeFile.writeConditionally(files, path, etag, next);
  }
}
