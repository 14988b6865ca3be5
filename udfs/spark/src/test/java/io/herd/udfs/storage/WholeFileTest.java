package io.herd.udfs.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path folder;

  /** As S3 does it: a stream's content is there when it is closed, unless it was aborted. */
  private static final class Objects extends RawLocalFileSystem {
    boolean failing;
    int renames;

    @Override
    public boolean hasPathCapability(org.apache.hadoop.fs.Path path, String capability)
        throws IOException {
      return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM)
          || super.hasPathCapability(path, capability);
    }

    @Override
    public FSDataOutputStream create(org.apache.hadoop.fs.Path path, boolean overwrite)
        throws IOException {
      return new FSDataOutputStream(new Upload(Path.of(path.toUri().getPath())), null);
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      renames++;
      return super.rename(from, to);
    }

    private final class Upload extends OutputStream implements Abortable {
      private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
      private final Path target;
      private boolean aborted;

      Upload(Path target) {
        this.target = target;
      }

      @Override
      public void write(int b) throws IOException {
        if (failing && parts.size() == 3) {
          throw new IOException("connection reset");
        }
        parts.write(b);
      }

      @Override
      public void close() throws IOException {
        if (!aborted) {
          Files.write(target, parts.toByteArray());
        }
      }

      @Override
      public AbortableResult abort() {
        aborted = true;
        return null;
      }
    }
  }

  private org.apache.hadoop.fs.Path target() {
    return new org.apache.hadoop.fs.Path(folder.resolve("file").toUri());
  }

  @Test
  void write_whereClosingPublishes_isDirectAndReplaces() throws IOException {
    Objects objects = new Objects();
    objects.initialize(folder.toUri(), new Configuration());
    WholeFile.write(objects, target(), "first".getBytes(UTF_8));
    WholeFile.write(objects, target(), "second".getBytes(UTF_8));
    assertThat(folder.resolve("file")).hasContent("second");
    assertThat(objects.renames).as("each would be a copy").isZero();
  }

  @Test
  void write_whereClosingPublishesFails_leavesWhatWasThere() throws IOException {
    Objects objects = new Objects();
    objects.initialize(folder.toUri(), new Configuration());
    WholeFile.write(objects, target(), "first".getBytes(UTF_8));
    objects.failing = true;
    assertThatThrownBy(() -> WholeFile.write(objects, target(), "second".getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");
    assertThat(folder.resolve("file")).hasContent("first");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void write_whereRenamingIsCheap_leavesNothingElse() throws IOException {
    RawLocalFileSystem disk = new RawLocalFileSystem();
    disk.initialize(folder.toUri(), new Configuration());
    WholeFile.write(disk, target(), "first".getBytes(UTF_8));
    WholeFile.write(disk, target(), "second".getBytes(UTF_8));
    assertThat(folder.resolve("file")).hasContent("second");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  /** As two runs do that end at the same time: the file is one's or the other's, and whole. */
  @Test
  void write_twoWritersAtOnce_bothSucceedAndOneIsThere() throws Exception {
    FileSystem disk = FileSystem.newInstance(folder.toUri(), new Configuration());
    disk.create(target(), true).close(); // with the checksum file that earlier versions left
    List<String> texts = List.of("a".repeat(100_000), "b".repeat(100_000));
    ExecutorService writers = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 40; round++) {
        CyclicBarrier both = new CyclicBarrier(2);
        List<Future<?>> writes = new ArrayList<>();
        for (String text : texts) {
          writes.add(
              writers.submit(
                  () -> {
                    both.await();
                    WholeFile.write(disk, target(), text.getBytes(UTF_8));
                    return null;
                  }));
        }
        for (Future<?> write : writes) {
          write.get();
        }
        try (InputStream in = disk.open(target())) {
          assertThat(new String(in.readAllBytes(), UTF_8)).isIn(texts);
        }
      }
    } finally {
      writers.shutdownNow();
      disk.close();
    }
    assertThat(folder.toFile().list()).containsExactly("file");
  }
}
