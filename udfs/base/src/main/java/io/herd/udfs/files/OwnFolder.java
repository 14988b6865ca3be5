package io.herd.udfs.files;

import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that everything in a folder was put there by this user or by root, like OpenSSH's {@code
 * StrictModes}: from the file system's root down to the folder and through all of its content.
 */
public final class OwnFolder {
  private static final String ROOT = "root";
  private static final int MOST_LINKS = 40; // as Linux follows

  private final UserPrincipal self;

  OwnFolder(UserPrincipal self) {
    this.self = self;
  }

  /**
   * Returns why others may have written the content of a folder; empty if they can't have. File
   * systems without owners and modes have no others.
   *
   * @throws IOException when that can't be seen
   */
  public static Optional<String> foreign(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Optional.empty();
    }
    return new OwnFolder(self()).look(folder.toAbsolutePath());
  }

  /**
   * Returns whether only a folder's owner and root can enter it, as far as its file system has
   * modes.
   */
  public static boolean isClosed(Path folder) throws IOException {
    return !folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        || isClosed(attributes(folder));
  }

  /** Returns the owner of new files of this process: its user may have no name that Java knows. */
  private static UserPrincipal self() throws IOException {
    Path made = Files.createTempFile("herd", null);
    try {
      return Files.getOwner(made);
    } finally {
      Files.delete(made);
    }
  }

  /**
   * Returns why others could change the content of a folder, or the path to it; empty if they
   * can't. Links are followed one by one, and the folder of each is looked at: who may replace a
   * link chooses afterwards where it leads.
   *
   * @param folder an absolute path
   */
  Optional<String> look(Path folder) throws IOException {
    // whoever owns the file system's own root, which can have no name in containers, has all
    Path at = folder.getRoot();
    Deque<Path> names = new ArrayDeque<>();
    folder.forEach(names::add);
    for (int links = 0; !names.isEmpty(); ) {
      Path next = at.resolve(names.pop()).normalize();
      PosixFileAttributes is = attributes(next);
      Optional<String> why =
          next.getParent() == null ? Optional.empty() : look(next, is, !names.isEmpty());
      if (why.isPresent()) {
        return why;
      }
      if (is.isSymbolicLink()) {
        if (++links > MOST_LINKS) {
          throw new FileSystemLoopException(folder.toString());
        }
        Path target = Files.readSymbolicLink(next);
        at = target.isAbsolute() ? target.getRoot() : at;
        prepend(target, names);
      } else {
        at = next;
      }
    }
    return lookInside(at);
  }

  private static void prepend(Path target, Deque<Path> names) {
    for (int i = target.getNameCount() - 1; i >= 0; i--) {
      names.push(target.getName(i));
    }
  }

  private Optional<String> lookInside(Path folder) throws IOException {
    String[] found = new String[1];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path inside, BasicFileAttributes any)
              throws IOException {
            FileVisitResult next = visitFile(inside, any);
            boolean more = next == FileVisitResult.CONTINUE && !isClosed(attributes(inside));
            return more || found[0] != null ? next : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes any) throws IOException {
            found[0] = look(file, attributes(file), false).orElse(null);
            return found[0] == null ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }
        });
    return Optional.ofNullable(found[0]);
  }

  /**
   * Returns whether only the owner can enter the folder: then the modes inside, from a wide umask,
   * don't matter.
   */
  private static boolean isClosed(PosixFileAttributes folder) {
    return Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE).containsAll(folder.permissions());
  }

  /** In a sticky folder nobody can replace files of others. */
  private Optional<String> look(Path path, PosixFileAttributes is, boolean above)
      throws IOException {
    String owner = is.owner().getName();
    if (!is.owner().equals(self) && !owner.equals(ROOT)) {
      return Optional.of(path + " belongs to the user " + owner);
    }
    if (is.isSymbolicLink() || (above && sticky(path))) {
      return Optional.empty();
    }
    if (is.permissions().contains(OTHERS_WRITE)) {
      return Optional.of("everyone can write " + path);
    }
    String group = is.group().getName();
    boolean alone = group.equals(owner) || group.equals(ROOT); // a group for each user is usual
    return is.permissions().contains(GROUP_WRITE) && !alone
        ? Optional.of("the group " + group + " can write " + path)
        : Optional.empty();
  }

  private static boolean sticky(Path folder) throws IOException {
    return ((int) Files.getAttribute(folder, "unix:mode") & 01000) != 0;
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
