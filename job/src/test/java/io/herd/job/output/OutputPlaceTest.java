package io.herd.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputPlaceTest {
  private static OutputPlace of(String path) {
    return OutputPlace.of(new org.apache.hadoop.fs.Path(path), new Configuration());
  }

  @Test
  void swaps_folder_doesAndMountPointDoesNot(@TempDir Path directory) throws Exception {
    Path folder = Files.createDirectory(directory.resolve("out"));
    assertThat(of(folder.toString()).swaps()).isTrue();
    assertThat(of("file://" + folder).swaps()).isTrue();
    assertThat(of(folder.resolve("new/est").toString()).swaps()).isTrue();
    assertThat(of("/proc").swaps()).isFalse();
    assertThat(of(Files.createSymbolicLink(directory.resolve("l"), Path.of("/proc")).toString()))
        .satisfies(place -> assertThat(place.swaps()).isFalse())
        .satisfies(place -> assertThat(place.path()).hasToString("file:/proc"));
  }

  @Test
  void isIn_otherSpellings_areOnePlace(@TempDir Path directory) {
    Configuration hadoop = new Configuration();
    for (String spelling : new String[] {"", "file:", "file://", "file://localhost"}) {
      Place place = place(spelling + directory + "/a/../a/b", hadoop);
      assertThat(place.isIn(place(directory + "/a", hadoop))).isTrue();
      assertThat(place(directory + "/a", hadoop).isIn(place)).isFalse();
    }
  }

  @Test
  void isIn_noSuchFileSystem_isLeftToWhoOpensIt() {
    assertThat(Place.of(new org.apache.hadoop.fs.Path("nofs://host/a"), new Configuration()))
        .isEmpty();
  }

  private static Place place(String path, Configuration hadoop) {
    return Place.of(new org.apache.hadoop.fs.Path(path), hadoop).orElseThrow();
  }
}
