package io.herd.job.workdir;

import io.herd.udfs.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The numbered states of a work-dir's runs. The highest number counts: that of the lease under
 * which the state was written. A driver that stalls while it writes, while another takes over,
 * can't put its state in place of the other's: its number is lower. No state is ever replaced, so
 * each is complete from the start, whatever a rename can do.
 */
record StateFiles(FileSystem files, Path folder) {
  /** The state of 0.1.0, which counts for less than any numbered one. */
  private static final String FIRST = "state.json";

  private static final Pattern NAME = Pattern.compile("state-(\\d{8,})-(\\d{4,})\\.json");

  /** How often a reader starts again because a listed file has disappeared. */
  private static final int TRIES = 20;

  /**
   * A state's file.
   *
   * @param lease number of the lease that it was written under
   * @param number among those of that lease
   */
  private record Numbered(Path path, long lease, long number) {
    private static final Comparator<Numbered> ORDER =
        Comparator.comparingLong(Numbered::lease).thenComparingLong(Numbered::number);

    static Optional<Numbered> of(Path path) {
      Matcher name = NAME.matcher(path.getName());
      if (path.getName().equals(FIRST)) {
        return Optional.of(new Numbered(path, 0, 0));
      }
      return name.matches()
          ? Optional.of(
              new Numbered(path, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))))
          : Optional.empty();
    }
  }

  /** Returns the state that counts. */
  Optional<RunState.Stored> last() throws IOException {
    for (int tries = 1; ; tries++) {
      Optional<Numbered> last = list().stream().max(Numbered.ORDER);
      if (last.isEmpty()) {
        return Optional.empty();
      }
      try {
        return JsonFile.of(JsonFile.GSON, files, last.get().path(), RunState.Stored.class);
      } catch (FileNotFoundException e) { // a later one is there
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Writes a state, and removes earlier ones.
   *
   * @param lease its number
   * @param fence throws if another has the lease by now
   */
  void write(long lease, byte[] state, Runnable fence) throws IOException {
    List<Numbered> before = list();
    long next =
        1
            + before.stream()
                .filter(each -> each.lease() == lease)
                .mapToLong(Numbered::number)
                .max()
                .orElse(0);
    WholeFile.write(files, file(lease, next), state, fence);
    for (Numbered each : before) {
      if (each.lease() <= lease) {
        files.delete(each.path(), false);
      }
    }
  }

  private Path file(long lease, long number) {
    return new Path(folder, String.format(Locale.ROOT, "state-%08d-%04d.json", lease, number));
  }

  private List<Numbered> list() throws IOException {
    List<Numbered> found = new ArrayList<>();
    try {
      for (FileStatus each : files.listStatus(folder)) {
        Numbered.of(each.getPath()).ifPresent(found::add);
      }
    } catch (FileNotFoundException e) { // there is no work-dir yet
      return List.of();
    }
    return found;
  }
}
