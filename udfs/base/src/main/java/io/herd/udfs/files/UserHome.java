package io.herd.udfs.files;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * This user's home: {@code HOME}, as shells and Python's clients read it; otherwise Java's value,
 * which comes from the system's list of users and is missing for a user who isn't in it.
 */
public final class UserHome {
  private UserHome() {}

  /**
   * Returns a usable {@code HOME}: YARN sets {@code /home/} in its containers, where users can't
   * write.
   *
   * @param home or null
   * @param ofJava what Java says
   */
  public static Path of(String home, Path ofJava) {
    try {
      Path said = Path.of(home == null ? "" : home);
      boolean used = Files.isWritable(said) || Files.isReadable(said.resolve(".cache/huggingface"));
      return said.isAbsolute() && Files.isDirectory(said) && used ? said : ofJava;
    } catch (InvalidPathException e) {
      return ofJava;
    }
  }
}
