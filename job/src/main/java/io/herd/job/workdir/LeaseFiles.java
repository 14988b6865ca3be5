package io.herd.job.workdir;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Numbered files, of which the highest says whose the lease is. Taking it means to create the next
 * number, which only one can; numbers below the owner's are removed, the highest never is, so that
 * who comes late by whatever time finds a higher one than he made.
 *
 * <p>Creating is exclusive on local disks ({@code O_EXCL}) and on HDFS. S3 can't do that in this
 * Hadoop: the last one who writes wins, which each finds out by reading the file again after {@link
 * #SETTLING}. Two runs could only both have it if one stood still for that long between looking and
 * writing, and the first of them notices at its next {@link Lease#requireHeld}.
 */
final class LeaseFiles {
  static final Duration SETTLING = Duration.ofSeconds(3);

  private static final String PREFIX = "lease-";
  private static final String SUFFIX = ".json";

  /** The highest file; without an owner where it can't be read. */
  record Last(long number, Optional<Owner> owner) {}

  private final Gson gson = new Gson();
  private final FileSystem files;
  private final Path folder;
  private final Time time;

  LeaseFiles(FileSystem files, Path folder, Time time) {
    this.files = files;
    this.folder = folder;
    this.time = time;
  }

  Optional<Last> last() throws IOException {
    long highest = 0;
    for (FileStatus file : list()) {
      highest = Math.max(highest, number(file.getPath()));
    }
    return highest == 0 ? Optional.empty() : Optional.of(new Last(highest, read(highest)));
  }

  /** Whether the number was free and is now the owner's. */
  boolean claim(long number, Owner owner) throws IOException, InterruptedException {
    files.mkdirs(folder);
    if (!create(number)) {
      return false;
    }
    write(number, owner);
    if (files.hasPathCapability(folder, CommonPathCapabilities.ABORTABLE_STREAM)) { // as S3 has it
      time.sleep(SETTLING);
    }
    return holds(number, owner);
  }

  /** Whether the highest file is the owner's, or can't be read, as in the moment it is written. */
  boolean holds(long number, Owner owner) throws IOException {
    return last()
        .filter(last -> last.number() == number)
        .filter(last -> last.owner().map(now -> now.token().equals(owner.token())).orElse(true))
        .isPresent();
  }

  void write(long number, Owner owner) throws IOException {
    try (OutputStream out = files.create(path(number), true)) {
      out.write(gson.toJson(owner).getBytes(StandardCharsets.UTF_8));
    }
  }

  void dropBelow(long number) throws IOException {
    for (FileStatus file : list()) {
      if (number(file.getPath()) < number) {
        files.delete(file.getPath(), false);
      }
    }
  }

  private boolean create(long number) throws IOException {
    try {
      if (files.getUri().getScheme().equals("file")) { // Hadoop looks first and creates then
        Files.createFile(
            java.nio.file.Path.of(files.makeQualified(path(number)).toUri().getPath()));
      } else {
        files.create(path(number), false).close();
      }
      return true;
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    }
  }

  private Optional<Owner> read(long number) {
    try (Reader in = new InputStreamReader(files.open(path(number)), StandardCharsets.UTF_8)) {
      return Optional.ofNullable(gson.fromJson(in, Owner.class));
    } catch (IOException | JsonParseException e) { // being written, or just removed
      return Optional.empty();
    }
  }

  private FileStatus[] list() throws IOException {
    try {
      FileStatus[] all = files.listStatus(folder);
      return Arrays.stream(all)
          .filter(file -> number(file.getPath()) > 0)
          .toArray(FileStatus[]::new);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private Path path(long number) {
    return new Path(folder, String.format(Locale.ROOT, "%s%08d%s", PREFIX, number, SUFFIX));
  }

  /** 0 for files that aren't of a lease. */
  private static long number(Path file) {
    String name = file.getName();
    return name.matches(PREFIX + "\\d{8,}" + SUFFIX.replace(".", "\\."))
        ? Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
        : 0;
  }
}
