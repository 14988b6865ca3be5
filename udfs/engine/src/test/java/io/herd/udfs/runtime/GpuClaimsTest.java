package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.model.TorchDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors of a node without isolation, which all are given GPU 0 and see all of them. */
class GpuClaimsTest {
  private static final TorchDevice FIRST = TorchDevice.gpu(0);
  private static final TorchDevice SECOND = TorchDevice.gpu(1);
  private static final TorchDevice THIRD = TorchDevice.gpu(2);

  @TempDir private Path host;

  /** What an executor in a process of its own prints. */
  static final class Executor {
    public static void main(String[] arguments) {
      System.out.println(settle(new GpuClaims(Path.of(arguments[0])), 2, FIRST));
    }
  }

  private static List<TorchDevice> settle(GpuClaims claims, int gpus, TorchDevice... asked) {
    GpuAddresses addresses = new GpuAddresses(gpus, Optional.empty(), List.of());
    return claims.settle(List.of(asked), addresses);
  }

  private GpuClaims executor() {
    return new GpuClaims(host.resolve("locks"));
  }

  @Test
  void settle_executorsWithTheSameAddress_takeOneGpuEach() {
    GpuClaims one = executor();
    GpuClaims two = executor();
    assertThat(settle(one, 2, FIRST)).containsExactly(FIRST);
    assertThat(settle(two, 2, FIRST)).containsExactly(SECOND);
    assertThat(settle(one, 2, FIRST)).as("as long as its process lives").containsExactly(FIRST);
    assertThat(settle(two, 2, FIRST)).containsExactly(SECOND);
    assertThat(settle(executor(), 2, FIRST)).as("none is left").containsExactly(FIRST);
  }

  @Test
  void settle_addressesOfIsolatedExecutors_areWhatTheyGet() {
    assertThat(settle(executor(), 3, THIRD)).containsExactly(THIRD);
    assertThat(settle(executor(), 3, FIRST)).containsExactly(FIRST);
    assertThat(settle(executor(), 3, SECOND)).containsExactly(SECOND);
  }

  @Test
  void settle_tasksOfOneExecutor_neverShareWhileAnotherGpuIsFree() {
    settle(executor(), 4, FIRST);
    GpuClaims executor = executor();
    assertThat(settle(executor, 4, FIRST)).containsExactly(SECOND);
    assertThat(settle(executor, 4, SECOND)).containsExactly(THIRD);
  }

  @Test
  void settle_severalGpusOfATask_areAsMany() {
    settle(executor(), 4, SECOND);
    assertThat(settle(executor(), 4, FIRST, SECOND)).containsExactly(FIRST, THIRD);
  }

  @Test
  void settle_otherProcess_isSeenUntilItEnds() throws Exception {
    GpuClaims here = executor();
    assertThat(FakeGpus.of(2).run(Executor.class, host.resolve("locks").toString()))
        .containsExactly("[cuda:0]");
    assertThat(settle(here, 2, FIRST)).as("it has ended").containsExactly(FIRST);
    assertThat(FakeGpus.of(2).run(Executor.class, host.resolve("locks").toString()))
        .containsExactly("[cuda:1]");
  }

  @Test
  void settle_locks_areThisUsersAlone() throws IOException {
    settle(executor(), 2, FIRST);
    Path locks = host.resolve("locks");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(locks)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(locks)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("0.lock");
    }
  }

  @Test
  void settle_folderThatOthersCanWrite_isNotUsed() throws IOException {
    Path locks = Files.createDirectory(host.resolve("locks"));
    Files.setPosixFilePermissions(locks, PosixFilePermissions.fromString("rwxrwxrwx"));
    settle(executor(), 2, FIRST);
    assertThat(settle(executor(), 2, FIRST)).containsExactly(FIRST);
    assertThat(locks).isEmptyDirectory();
  }
}
