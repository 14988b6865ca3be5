package io.herd.udfs.files;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * This user's home: what {@code HOME} says, as shells and Python's clients read it, else what Java
 * says, which asks the system's list of users and knows no home of a user who isn't in it.
 */
public final class UserHome {
  private UserHome() {}

  /**
   * A {@code HOME} of use: YARN sets {@code /home/} in its containers, where users can't write.
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
