package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for the Hub's token in the usual places. */
public final class TokenFinder {
  private static final int LONGEST_FILE = 64 * 1024;

  private TokenFinder() {}

  /**
   * Reads the token: returns the one to use, and the names of other tokens that it hides. What the
   * configuration names goes first, then the environment's variables, then the file that a login
   * left.
   *
   * @param secretFile named in the configuration: it must hold a token
   * @param credential from a credential store
   * @throws UserException when a named file can't be read, or the token in use can't be one
   */
  public static Optional<FoundToken> find(
      HubEnvironment env, Optional<Path> secretFile, Optional<RawToken> credential) {
    List<RawToken> places = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    secretFile.ifPresent(file -> places.add(named(file)));
    credential.ifPresent(places::add);
    if (env.implicitToken()) {
      places.addAll(env.tokens());
      login(env.tokenFile()).ifPresent(places::add);
    }
    List<RawToken> full = places.stream().filter(place -> !place.text().isBlank()).toList();
    if (full.isEmpty()) {
      return Optional.empty();
    }
    RawToken first = full.get(0);
    Secret secret = Secret.clean(first.text(), first.source()).orElseThrow();
    Path file = secretFile.orElse(env.tokenFile());
    if (first.source().equals(describe(file)) && readableByOthers(file)) {
      notes.add("other users of this machine can read " + file + ": chmod 600 makes it private");
    }
    if (!secret.reveal().startsWith("hf_") && !secret.reveal().startsWith("api_org_")) {
      notes.add("the token in " + first.source() + " doesn't begin with hf_, as the Hub's do");
    }
    List<String> others = others(full, secret);
    if (!others.isEmpty()) {
      notes.add(
          "the token in "
              + first.source()
              + " hides another, in "
              + String.join(" and in ", others));
    }
    return Optional.of(new FoundToken(secret, first.source(), others, notes));
  }

  private static List<String> others(List<RawToken> places, Secret used) {
    return places.stream()
        .filter(place -> !place.text().replaceAll("[\r\n]", "").strip().equals(used.reveal()))
        .map(RawToken::source)
        .toList();
  }

  private static RawToken named(Path file) {
    try {
      RawToken token = read(file);
      if (!token.text().isBlank()) {
        return token;
      }
    } catch (IOException e) {
      throw new UserException(
          "can't read the token from " + file,
          "put the token, and nothing else, in that file, readable to the user that runs the job"
              + " only (chmod 600).",
          e);
    }
    throw new UserException("the token file " + file + " is empty", "put the token in it.");
  }

  private static Optional<RawToken> login(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // as if nobody had logged in: another user's file
    }
  }

  private static RawToken read(Path file) throws IOException {
    if (Files.size(file) > LONGEST_FILE) {
      throw new IOException(file + " is too long for a token");
    }
    return new RawToken(describe(file), Files.readString(file));
  }

  private static String describe(Path file) {
    return "the file " + file;
  }

  private static boolean readableByOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)
          || Files.getPosixFilePermissions(file).contains(PosixFilePermission.GROUP_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
