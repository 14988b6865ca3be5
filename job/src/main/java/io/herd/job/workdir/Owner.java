package io.herd.job.workdir;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The owner of a lease, as stored in its file.
 *
 * @param schema of that file; 0 is 0.1.0's, which had no number
 * @param host its name, for people
 * @param machine one boot of one host, and the space that its process numbers are counted in:
 *     containers can share a host's name and not its processes
 * @param pid the process
 * @param started when that began, since numbers of processes come again
 * @param step what the run does with the lease
 * @param token of this one lease
 * @param beats how often it was renewed; nobody else's clock matters
 * @param every seconds between two beats
 * @param released whether the owner has given it back
 */
record Owner(
    int schema,
    String host,
    String machine,
    long pid,
    String started,
    String step,
    String token,
    long beats,
    long every,
    boolean released) {
  /** What this version writes. */
  static final int SCHEMA = 3;

  /** Returns this process as an owner. */
  static Owner here(String step, Duration every) {
    ProcessHandle self = ProcessHandle.current();
    String host = hostName();
    return new Owner(
        SCHEMA,
        host,
        machine(host),
        self.pid(),
        started(self),
        step,
        UUID.randomUUID().toString(),
        0,
        every.toSeconds(),
        false);
  }

  Owner beaten() {
    return new Owner(schema, host, machine, pid, started, step, token, beats + 1, every, released);
  }

  Owner gone() {
    return new Owner(schema, host, machine, pid, started, step, token, beats + 1, every, true);
  }

  /**
   * Refuses an owner that a later version has written, whose beats may have another form.
   *
   * @throws UserException with the remedy
   */
  void requireKnown() {
    if (schema > SCHEMA) {
      throw new UserException(
          "a later version of Herd works on this work-dir: its lease has the schema "
              + schema
              + ", this version knows "
              + SCHEMA,
          "use that version, or another herd.run.work-dir.");
    }
  }

  /** Returns whether this process can see that the other has died. */
  boolean diedHere(Owner self) {
    if (!machine.equals(self.machine)) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return process.isEmpty() || !started(process.get()).equals(started);
  }

  /** Returns the owner's host and process. */
  String process() {
    return String.format(Locale.ROOT, "process %d on %s", pid, host);
  }

  @Override
  public String toString() {
    return process() + " (" + step + ")";
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }

  private static String machine(String host) {
    try {
      Path boot = Path.of("/proc/sys/kernel/random/boot_id");
      return Files.readString(boot).trim()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException e) { // not Linux: its name must do
      return host;
    }
  }
}
