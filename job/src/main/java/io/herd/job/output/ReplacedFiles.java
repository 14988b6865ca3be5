package io.herd.job.output;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Replaces all files in a folder that can't be renamed by those of a run: {@code _manifest.json}
 * lists the new files, and then the others are removed. Two runs that do so at a time leave the
 * files of one of them, listed, as long as storage replaces the manifest only for who has seen it.
 */
public final class ReplacedFiles {
  private final PartFiles parts;
  private final AppendedFiles added;
  private final OutputManifest manifest;

  /** Creates the commit of a run in a folder, under the names of an attempt. */
  public ReplacedFiles(FileSystem files, Path target, AppendedFiles added) {
    this(new PartFiles(files, target), added);
  }

  ReplacedFiles(PartFiles parts, AppendedFiles added) {
    this.parts = parts;
    this.added = added;
    this.manifest = new OutputManifest(parts);
  }

  /**
   * Commits the files that the attempt wrote in place. What is removed was there before the lease
   * was last seen to be held: what comes later is of who took over.
   *
   * @param fence is called before the manifest is written; if it throws, the attempt's files go
   */
  public void commitWritten(Runnable fence) {
    List<Path> wanted = added.written();
    List<Path> unwanted = new ArrayList<>(parts.all());
    unwanted.removeAll(wanted);
    List<String> names = wanted.stream().map(parts::below).toList();
    manifest.write(any -> new OutputManifest.Content(added.run(), names), () -> require(fence));
    parts.deleteWithFolders(unwanted);
  }

  private void require(Runnable fence) {
    try {
      fence.run();
    } catch (RuntimeException e) {
      parts.delete(added.written());
      throw e;
    }
  }

  /** Returns the valid files, or none if there is no manifest. */
  public List<String> listed() {
    return manifest.read().map(OutputManifest.Content::files).orElse(List.of());
  }
}
