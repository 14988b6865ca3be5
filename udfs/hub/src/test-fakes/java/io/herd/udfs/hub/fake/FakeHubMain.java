package io.herd.udfs.hub.fake;

import java.io.IOException;
import java.nio.file.Path;

/** Serves a folder to other processes: prints its address, and ends when its input does. */
public final class FakeHubMain {
  private FakeHubMain() {}

  /**
   * Starts it.
   *
   * @param arguments a folder, and the name of the repository with its files; with a token, too,
   *     the repository is gated, and the token's account was let in
   */
  public static void main(String... arguments) throws IOException {
    try (FakeHub hub = FakeHub.start()) {
      FakeRepo repo = hub.repo(arguments[1]).folder(Path.of(arguments[0]));
      if (arguments.length > 2) {
        repo.gated();
        hub.account(arguments[2]).accept(arguments[1]);
      }
      System.out.println(hub.endpoint());
      while (System.in.read() >= 0) {
        // whatever is typed is no reason to stop
      }
    }
  }
}
