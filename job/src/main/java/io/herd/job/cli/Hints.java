package io.herd.job.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Remedies for problems of a machine, recognized by the messages of Java, Spark and libtorch. */
final class Hints {
  private record Hint(Pattern said, String remedy) {
    Hint(String said, String remedy) {
      this(Pattern.compile(said), remedy);
    }
  }

  private static final List<Hint> ALL =
      List.of(
          new Hint(
              "No space left on device|Disk quota exceeded",
              "make room on the disk of the work-dir, the output or Spark's temporary files, and"
                  + " run the same command again; it goes on where it stopped. --conf"
                  + " spark.local.dir=/data/tmp names another disk for the latter."),
          new Hint(
              "failed to map segment from shared object|Operation not permitted.*\\.so",
              "the folder is mounted noexec: unpack native libraries elsewhere, with"
                  + " DJL_CACHE_DIR=/data/natives in the environment (on executors"
                  + " spark.executorEnv.DJL_CACHE_DIR) and --driver-java-options"
                  + " -Djava.io.tmpdir=/data/tmp."),
          new Hint(
              "ld-linux-x86-64|Error relocating|GLIBC_",
              "libtorch needs glibc 2.28 or later: use a Linux with it, not one with musl such as"
                  + " Alpine."),
          new Hint(
              "UnsupportedClassVersionError|has been compiled by a more recent version",
              "run driver and executors on Java 17 or 21: JAVA_HOME here, and --conf"
                  + " spark.executorEnv.JAVA_HOME=/path on the nodes."),
          new Hint(
              "Address already in use|could not bind",
              "the port is taken, or the machine's name isn't its address: --conf spark.ui.port=0"
                  + " takes any free port, --conf spark.driver.bindAddress=127.0.0.1 another"
                  + " address."),
          new Hint(
              "OutOfMemoryError: (Java heap|GC overhead)",
              "give Java more: --driver-memory 4g, and --conf spark.executor.memory=4g on a"
                  + " cluster."),
          new Hint(
              "DefaultCPUAllocator|annot allocate memory|OutOfMemoryError",
              "the machine is short of memory beside Java's heap: a smaller model, herd.model.dtype"
                  + " = bfloat16, a smaller herd.engine.memory, or on a cluster more"
                  + " spark.executor.memoryOverhead; submit/herd plan says how much."));

  private Hints() {}

  /** Returns the remedy for a chain of messages, if one is known. */
  static Optional<String> of(String messages) {
    return ALL.stream()
        .filter(hint -> hint.said().matcher(messages).find())
        .map(Hint::remedy)
        .findFirst();
  }
}
