package io.herd.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFolderTest {
  @TempDir private Path parent;

  @Test
  void make_folderOfAProcessThatWasKilled_isRemovedAndOthersStay() throws Exception {
    Path own = ProcessFolder.make(parent);
    Path ofAnother;
    Process another = start();
    try {
      ofAnother = Path.of(another.inputReader().readLine());
      Files.writeString(ofAnother.resolve("block"), "rows");
      Path elsewhere = Files.writeString(parent.resolve("elsewhere"), "stays");
      Files.createSymbolicLink(ofAnother.resolve("link"), elsewhere);

      assertThat(ProcessFolder.make(parent)).isDirectory().isNotEqualTo(own);
      assertThat(ofAnother).isDirectory();
    } finally {
      another.destroyForcibly().waitFor();
    }
    Process third = start();
    third.inputReader().readLine();
    third.destroyForcibly().waitFor();

    assertThat(ofAnother).doesNotExist();
    assertThat(own).as("of a process that lives, which made another since").isDirectory();
    assertThat(parent.resolve("elsewhere")).exists();
    assertThat(count(".lock")).isEqualTo(3);
  }

  /** Starts a process that makes a folder, prints it, and waits. */
  private Process start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classes, Waiting.class.getName(), parent.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The other process. */
  static final class Waiting {
    private Waiting() {}

    /** Makes a folder below the one of its argument. */
    public static void main(String[] arguments) throws Exception {
      System.out.println(ProcessFolder.make(Path.of(arguments[0])));
      System.in.read(); // until it is killed
    }
  }

  private long count(String ending) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.filter(file -> file.toString().endsWith(ending)).count();
    }
  }
}
