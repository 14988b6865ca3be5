package io.herd.udfs.results;

import io.herd.udfs.SystemException;
import io.herd.udfs.storage.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.io.IOUtils;

/**
 * The files of a result log, in its folder and subfolders, and the operations that join small files
 * while others read and write.
 *
 * <p>A file that was replaced isn't removed: a list in {@code _replaced/} names it, and readers
 * skip what is listed. Whoever began to read before finds all of its files, and a task finds those
 * of its earlier attempts. The replacement is visible before the list is, so that a kill in between
 * leaves lines twice, never none. Replaced files are removed once their list is old, as Delta Lake
 * and Iceberg do with files that no snapshot names any more.
 */
public final class LogFiles {
  private static final String REPLACED = "_replaced";
  private static final PathFilter VISIBLE =
      path -> !path.getName().startsWith("_") && !path.getName().startsWith(".");
  private static final Pattern BELOW = Pattern.compile("p\\d{5}"); // as ResultLog names folders
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileSystem files;
  private final Path folder;

  public LogFiles(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /** An operation on the log's file system. */
  private interface Io<T> {
    T run() throws IOException;
  }

  private <T> T io(String doing, Io<T> body) {
    try {
      return body.run();
    } catch (IOException | FSError e) { // a full local disk is the latter
      throw new SystemException("can't " + doing + " the result log in " + folder, e);
    }
  }

  /**
   * Returns the names, without folders, of the files that readers skip. To be read before the
   * folder is listed: a replacement that comes in between is then read beside what it replaces, and
   * not missed with it.
   */
  public Set<String> replaced() {
    return io(
        "read",
        () -> {
          Set<String> names = new HashSet<>();
          for (FileStatus list : list(new Path(folder, REPLACED))) {
            names(list.getPath()).forEach(name -> names.add(new Path(name).getName()));
          }
          return names;
        });
  }

  /** Returns the files that readers use, by name. */
  public List<FileStatus> live() {
    Set<String> replaced = replaced();
    return io(
        "list",
        () ->
            everywhere().stream()
                .filter(file -> !replaced.contains(file.getPath().getName()))
                .sorted(Comparator.comparing(file -> file.getPath().getName()))
                .toList());
  }

  private List<FileStatus> everywhere() throws IOException {
    List<FileStatus> found = new ArrayList<>();
    for (FileStatus each : list(folder)) {
      if (each.isFile()) {
        found.add(each);
      } else if (BELOW.matcher(each.getPath().getName()).matches()) {
        Stream.of(files.listStatus(each.getPath(), VISIBLE))
            .filter(FileStatus::isFile)
            .forEach(found::add);
      }
    }
    return found;
  }

  /** Returns a file's name relative to the log's folder. */
  public static String name(FileStatus file) {
    Path path = file.getPath();
    String parent = path.getParent().getName();
    return BELOW.matcher(parent).matches() ? parent + "/" + path.getName() : path.getName();
  }

  /**
   * Concatenates files into a hidden one.
   *
   * @param names see {@link #name}
   * @param hidden its name; see {@link #show}
   */
  public void join(List<String> names, String hidden) {
    io(
        "compact",
        () -> {
          Path target = new Path(folder, hidden);
          long newest = 0;
          try (OutputStream out = files.create(target, true)) {
            for (String name : names) {
              Path source = new Path(folder, name);
              newest = Math.max(newest, files.getFileStatus(source).getModificationTime());
              try (InputStream in = files.open(source)) {
                IOUtils.copyBytes(in, out, BUFFER_BYTES);
              }
            }
          }
          files.setTimes(target, newest, -1); // results are as old as they were
          return null;
        });
  }

  /** Returns the hidden name of a future file. */
  public static String hidden(String name) {
    return WholeFile.hidden(new Path("/" + name)).getName();
  }

  /** Makes a file visible that was written under its hidden name. */
  public void show(String name) {
    io(
        "compact",
        () -> {
          if (!files.rename(new Path(folder, hidden(name)), new Path(folder, name))) {
            throw new IOException("rename to " + name + " was refused");
          }
          return null;
        });
  }

  /** Makes readers skip these files, see {@link #name}. */
  public void replace(Collection<String> names, String list) {
    io(
        "compact",
        () -> {
          byte[] lines = String.join("\n", names).getBytes(StandardCharsets.UTF_8);
          WholeFile.write(files, new Path(new Path(folder, REPLACED), list), lines);
          return null;
        });
  }

  /** Removes files that were replaced before a time. */
  public void dropReplaced(Instant before) {
    io(
        "compact",
        () -> {
          for (FileStatus list : list(new Path(folder, REPLACED))) {
            if (list.getModificationTime() < before.toEpochMilli()) {
              for (String name : names(list.getPath())) {
                files.delete(new Path(folder, name), false);
              }
              files.delete(list.getPath(), false); // last: until then readers skip what is left
            }
          }
          return null;
        });
  }

  /** Removes hidden files that will never become visible. */
  public void dropHidden(String prefix) {
    io(
        "compact",
        () -> {
          PathFilter ours = path -> path.getName().startsWith("_" + prefix);
          for (FileStatus file : files.listStatus(folder, ours)) {
            files.delete(file.getPath(), false);
          }
          return null;
        });
  }

  private FileStatus[] list(Path parent) throws IOException {
    return files.exists(parent) ? files.listStatus(parent, VISIBLE) : new FileStatus[0];
  }

  private List<String> names(Path list) throws IOException {
    try (InputStream in = files.open(list)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
