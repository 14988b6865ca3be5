package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaSmiTest {
  @TempDir private Path folder;

  private String saying(String script) throws IOException {
    Path file = folder.resolve("nvidia-smi");
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  @Test
  void ask_listOfGpus_isTakenFieldByField() throws IOException {
    String two = "echo '0, GPU-8f6b, NVIDIA A10G'; echo '1, GPU-02aa, NVIDIA A10G'";
    assertThat(NvidiaSmi.ask(saying("[ $# = 2 ] && " + two)))
        .containsExactly(
            new NvidiaSmi.Gpu(0, "GPU-8f6b", "NVIDIA A10G"),
            new NvidiaSmi.Gpu(1, "GPU-02aa", "NVIDIA A10G"));
  }

  @Test
  void ask_noToolOrNoAnswer_isNone() throws IOException {
    assertThat(NvidiaSmi.ask(folder.resolve("none").toString())).isEmpty();
    assertThat(NvidiaSmi.ask(saying("echo 'No devices were found'; exit 6"))).isEmpty();
  }
}
