package io.herd.job.cli;

import io.herd.udfs.files.PrivateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Folders below a common one, each of which belongs to a process. The next process removes the
 * folders of those that have ended: a killed Spark driver leaves its jar and its shuffle files, 130
 * MB and more each time.
 *
 * <p>A process marks its folder by a locked file beside it, which the system unlocks however the
 * process ends. Process ids wouldn't do: containers that share a folder have the same ones.
 */
final class ProcessFolder {
  private static final String LOCK = ".lock";

  private ProcessFolder() {}

  /**
   * Creates a folder for this process below an existing one, which is this user's own, and removes
   * those of processes that have ended. The folder is this process's until its end.
   */
  static Path make(Path parent) throws IOException {
    String process = process();
    removeLeft(parent, process);
    String name = process + UUID.randomUUID();
    Path marker = parent.resolve(name + LOCK);
    FileChannel file =
        FileChannel.open(marker, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      file.lock();
    } catch (IOException e) { // a file system without locks: then only this process removes it
      Files.delete(marker);
    }
    Path folder = parent.resolve(name);
    PrivateFolder.make(folder);
    // After Spark's hooks. It also keeps the channel, which is closed when nothing refers to it.
    ShutdownHookManager.get().addShutdownHook(() -> remove(folder, marker, file), 0);
    return folder;
  }

  /** Returns how the names of this process's folders begin. */
  private static String process() {
    ProcessHandle self = ProcessHandle.current();
    long begun = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return self.pid() + "-" + begun + "-";
  }

  private static void remove(Path folder, Path marker, FileChannel file) {
    FileUtil.fullyDelete(folder.toFile()); // follows no link
    try {
      Files.deleteIfExists(marker);
      file.close();
    } catch (IOException e) { // the next process does it
    }
  }

  private static void removeLeft(Path parent, String process) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, "*" + LOCK)) {
      for (Path each : locks) {
        // Closing a file unlocks it for the whole process, so its own aren't opened.
        if (!each.getFileName().toString().startsWith(process)) {
          removeUnlessLocked(each);
        }
      }
    }
  }

  private static void removeUnlessLocked(Path marker) {
    try (FileChannel file = FileChannel.open(marker, StandardOpenOption.WRITE)) {
      if (file.tryLock() != null) {
        String name = marker.getFileName().toString();
        String folder = name.substring(0, name.length() - LOCK.length());
        remove(marker.resolveSibling(folder), marker, file);
      }
    } catch (IOException e) { // another process removes it, or nobody can
    }
  }
}
