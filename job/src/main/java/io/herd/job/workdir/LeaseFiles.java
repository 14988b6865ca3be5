package io.herd.job.workdir;

import com.google.gson.Gson;
import io.herd.udfs.storage.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The lease's files: numbered claims, the highest of which names the owner, and beats that renew
 * it. Taking it means to create the next number, which only one can; numbers below the owner's are
 * removed, the highest never is, so that who comes late by whatever time finds a higher one than he
 * made.
 *
 * <p>A claim is written once. Beats, and the word that the lease is given back, go into a file of
 * the owner's own beside it: one that comes late, after another's claim, changes nothing.
 *
 * <p>Creating is exclusive on local disks ({@code O_EXCL}), on HDFS, and on S3 with Hadoop 3.4 or
 * later ({@code If-None-Match}). On others' S3 the last one who writes may win, which each finds
 * out by reading the claim again after {@link #SETTLING}. Two runs could only both have it there if
 * one stalled for that long between looking and writing, and the first of them notices at its next
 * {@link Lease#requireHeld}.
 */
final class LeaseFiles {
  static final Duration SETTLING = Duration.ofSeconds(3);

  private static final int TRIES = 5;
  private static final String CLAIM = "lease-";
  private static final String BEAT = "beat-";
  private static final Pattern NAME = Pattern.compile("(lease|beat)-(\\d{8,})(-.*)?\\.json");

  /** The highest claim and its owner's last beat; without an owner if it can't be read. */
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
    long highest = highest();
    if (highest == 0) {
      return Optional.empty();
    }
    Optional<Owner> owner = look(claimFile(highest));
    return Optional.of(
        new Last(highest, owner.map(now -> look(beatFile(highest, now)).orElse(now))));
  }

  /** Returns the owner of the highest claim, and since when, by the storage's clock. */
  Optional<WorkDirStatus.Holder> holder() throws IOException {
    Optional<Last> last = last();
    if (last.isEmpty() || last.get().owner().isEmpty()) {
      return Optional.empty();
    }
    Owner owner = last.get().owner().get();
    Instant since = written(claimFile(last.get().number())).orElse(Instant.EPOCH);
    Instant heard = written(beatFile(last.get().number(), owner)).orElse(since);
    return Optional.of(
        new WorkDirStatus.Holder(owner.process(), owner.step(), since, heard, owner.released()));
  }

  private Optional<Instant> written(Path path) throws IOException {
    try {
      return Optional.of(Instant.ofEpochMilli(files.getFileStatus(path).getModificationTime()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private long highest() throws IOException {
    return list().stream()
        .filter(file -> file.getName().startsWith(CLAIM))
        .mapToLong(LeaseFiles::number)
        .max()
        .orElse(0);
  }

  /** Claims a number; returns whether it was free and is now the owner's. */
  boolean claim(long number, Owner owner) throws IOException, InterruptedException {
    files.mkdirs(folder);
    if (isObjects()) {
      WholeFile.writeIfAbsent(files, claimFile(number), json(owner));
      time.sleep(SETTLING);
    } else if (!create(claimFile(number), json(owner))) {
      return false;
    }
    return holds(number, owner);
  }

  /**
   * Returns whether the highest claim is the owner's. The claim is read before the others are
   * listed: one that stalls in between finds a higher number.
   *
   * @throws IOException when that can't be said
   */
  boolean holds(long number, Owner owner) throws IOException {
    boolean exclusive = !isObjects();
    for (int tries = 1; tries <= TRIES; tries++) {
      long began = time.nanos();
      boolean held =
          read(claimFile(number)).filter(now -> now.token().equals(owner.token())).isPresent()
              && highest() == number;
      // In a moment longer than SETTLING another can have written over the claim that was read.
      if (exclusive || !held || time.nanos() - began < SETTLING.toNanos()) {
        return held;
      }
    }
    throw new IOException(
        "it takes longer than " + SETTLING.toSeconds() + " s to look at " + folder);
  }

  private boolean isObjects() throws IOException {
    return files.hasPathCapability(folder, CommonPathCapabilities.ABORTABLE_STREAM); // as S3 has it
  }

  /** Renews the lease: records that an owner is alive, or that it has returned the lease. */
  void beat(long number, Owner owner) throws IOException {
    Path beat = beatFile(number, owner);
    if (isDisk()) { // where Hadoop would follow a link, to any file of this user's
      Files.write(
          onDisk(beat),
          json(owner),
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
      return;
    }
    try (OutputStream out = files.create(beat, true)) {
      out.write(json(owner));
    }
  }

  private boolean isDisk() {
    return files.getUri().getScheme().equals("file");
  }

  private java.nio.file.Path onDisk(Path path) {
    return java.nio.file.Path.of(files.makeQualified(path).toUri().getPath());
  }

  void dropBelow(long number) throws IOException {
    for (Path file : list()) {
      if (number(file) < number) {
        files.delete(file, false);
      }
    }
  }

  private boolean create(Path path, byte[] content) throws IOException {
    if (isDisk()) { // Hadoop looks first and creates then
      try {
        Files.write(onDisk(path), content, StandardOpenOption.CREATE_NEW);
        return true;
      } catch (java.nio.file.FileAlreadyExistsException e) {
        return false;
      }
    }
    try (OutputStream out = files.create(path, false)) {
      out.write(content);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private byte[] json(Owner owner) {
    return gson.toJson(owner).getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a file; empty if it is being written or was just removed. */
  private Optional<Owner> look(Path path) {
    try {
      return read(path);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Owner> read(Path path) throws IOException {
    return JsonFile.ifThere(gson, files, path, Owner.class);
  }

  /** Lists claims and beats. */
  private List<Path> list() throws IOException {
    try {
      return Stream.of(files.listStatus(folder))
          .map(FileStatus::getPath)
          .filter(file -> number(file) > 0)
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private Path claimFile(long number) {
    return new Path(folder, String.format(Locale.ROOT, "%s%08d.json", CLAIM, number));
  }

  private Path beatFile(long number, Owner owner) {
    return new Path(
        folder, String.format(Locale.ROOT, "%s%08d-%s.json", BEAT, number, owner.token()));
  }

  /** Returns a claim's number; 0 for other files. */
  private static long number(Path file) {
    Matcher name = NAME.matcher(file.getName());
    return name.matches() ? Long.parseLong(name.group(2)) : 0;
  }
}
