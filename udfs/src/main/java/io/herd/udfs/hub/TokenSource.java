package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A place where a token may be kept. What is in it shows nowhere but in the {@link Secret}. */
public final class TokenSource {
  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private final String name;
  private final String text;
  private final Path file;

  private TokenSource(String name, String text, Path file) {
    this.name = name;
    this.text = text;
    this.file = file;
  }

  /**
   * A text that is at hand.
   *
   * @param name where it is from, for messages
   */
  public static TokenSource text(String name, String text) {
    return new TokenSource(name, text, null);
  }

  /**
   * A file with the token and nothing else.
   *
   * @param name what names the file, for messages
   */
  public static TokenSource file(String name, Path file) {
    return new TokenSource(name + " (" + file + ")", null, file);
  }

  /** Where it is, for messages. */
  public String name() {
    return name;
  }

  /**
   * The token; empty when there is none.
   *
   * @throws UserException when the file can't be read, or holds what can't be a token
   */
  Optional<Secret> read() {
    if (file == null) {
      return Secret.clean(text, name);
    }
    try {
      return Secret.clean(Files.readString(file, StandardCharsets.ISO_8859_1), name);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(
          "can't read the token in " + name,
          "make it a file that the user who runs the job can read, with the token and nothing"
              + " else in it.",
          e);
    }
  }

  /** What is worth knowing of the place. */
  List<String> notes() {
    if (file == null || !readByOthers()) {
      return List.of();
    }
    return List.of(
        "other users of this machine can read the token file " + file + ": chmod 600 " + file);
  }

  private boolean readByOthers() {
    try {
      return Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // a file system without these permissions
    }
  }

  /** Its name: the text isn't for the eye. */
  @Override
  public String toString() {
    return name;
  }
}
