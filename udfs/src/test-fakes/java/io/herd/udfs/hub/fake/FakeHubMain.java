package io.herd.udfs.hub.fake;

import java.io.IOException;
import java.nio.file.Path;

/** A Hub with one gated model, for tests of other processes. */
public final class FakeHubMain {
  private FakeHubMain() {}

  /**
   * Prints the endpoint and serves until standard input ends.
   *
   * @param arguments the model's id, its folder, and a token that was let in; without a token, the
   *     model has no gate
   */
  public static void main(String... arguments) throws IOException {
    try (FakeHub hub = FakeHub.start()) {
      FakeRepo repo = hub.repo(arguments[0]).folder(Path.of(arguments[1]));
      if (arguments.length > 2) {
        repo.gated();
        hub.account(arguments[2]).accept(arguments[0]);
      }
      System.out.println(hub.endpoint());
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }
}
