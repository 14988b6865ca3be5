package io.herd.job.cli;

import io.herd.udfs.files.PrivateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.hadoop.fs.FileUtil;

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
   * Creates a folder for this process below another, which is this user's own, and removes those of
   * processes that have ended. The folder is this process's until its end.
   */
  static Path make(Path parent) throws IOException {
    PrivateFolder.make(parent);
    removeLeft(parent);
    String name = UUID.randomUUID().toString();
    FileChannel file =
        FileChannel.open(
            parent.resolve(name + LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileLock lock = file.lock();
    // A channel that nothing refers to is closed, and unlocked: the hook keeps it.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> release(lock)));
    Path folder = parent.resolve(name);
    PrivateFolder.make(folder);
    return folder;
  }

  private static void release(FileLock lock) {
    try {
      lock.acquiredBy().close();
    } catch (IOException e) { // the process ends, which unlocks it
    }
  }

  private static void removeLeft(Path parent) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, "*" + LOCK)) {
      for (Path each : locks) {
        removeUnlessLocked(each);
      }
    }
  }

  private static void removeUnlessLocked(Path marker) throws IOException {
    try (FileChannel file = FileChannel.open(marker, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock != null) {
        String name = marker.getFileName().toString();
        Path folder = marker.resolveSibling(name.substring(0, name.length() - LOCK.length()));
        FileUtil.fullyDelete(folder.toFile()); // follows no link
        Files.delete(marker);
      }
    } catch (OverlappingFileLockException | NoSuchFileException e) {
      // this process's own, or another process removes it
    }
  }
}
