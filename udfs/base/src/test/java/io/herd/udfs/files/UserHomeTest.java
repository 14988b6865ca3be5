package io.herd.udfs.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserHomeTest {
  private static final Path OF_JAVA = Path.of("/home/ann");

  @TempDir Path home;

  @Test
  void of_homeThatIsThere_comesBeforeJavas() throws IOException {
    assertThat(UserHome.of(home.toString(), OF_JAVA)).isEqualTo(home);
    Path mounted = Files.createDirectories(home.resolve("mounted/.cache/huggingface"));
    assertThat(UserHome.of(home.resolve("mounted").toString(), OF_JAVA))
        .isEqualTo(mounted.getParent().getParent());
  }

  @Test
  void of_noHomeOfUse_isJavas() {
    assertThat(UserHome.of(null, OF_JAVA)).isEqualTo(OF_JAVA);
    assertThat(UserHome.of("", OF_JAVA)).isEqualTo(OF_JAVA);
    assertThat(UserHome.of("relative", OF_JAVA)).isEqualTo(OF_JAVA);
    assertThat(UserHome.of(home.resolve("gone").toString(), OF_JAVA)).isEqualTo(OF_JAVA);
    assertThat(UserHome.of("a\0b", OF_JAVA)).isEqualTo(OF_JAVA);
  }
}
