package io.herd.udfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.checkpoint.ElementType;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.model.WeightStream.Piece;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WeightStreamTest {
  private static final int ROW = 1 << 20;

  @TempDir private Path folder;

  private Path random(String name, int seed, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return Files.write(folder.resolve(name), content);
  }

  /** Rows of a mebibyte each, behind some bytes that are not theirs. */
  private static StoredTensor tensor(Path file, long rows, long offset) {
    return new StoredTensor(file, ElementType.F32, new long[] {rows, ROW / 4}, offset);
  }

  private static List<Piece> pieces(StoredTensor... tensors) {
    return List.of(tensors).stream()
        .flatMap(t -> WeightStream.pieces(t, 16L << 20).stream())
        .toList();
  }

  private static List<ByteBuffer> buffers(List<Piece> pieces) {
    int bytes = WeightStream.bytes(pieces);
    return List.of(ByteBuffer.allocateDirect(bytes), ByteBuffer.allocateDirect(bytes));
  }

  @Test
  void next_tensorsOfSeveralFilesLargerThanAPiece_giveTheirBytesInOrder() throws IOException {
    Path one = random("one", 1, 20 * ROW + 3);
    Path other = random("other", 2, 2 * ROW + 8);
    List<Piece> pieces = pieces(tensor(one, 20, 3), tensor(other, 1, 8), tensor(one, 1, ROW + 1));
    List<ByteBuffer> buffers = buffers(pieces);
    assertThat(pieces).extracting(Piece::rows).containsExactly(16L, 4L, 1L, 1L);
    try (WeightStream stream = new WeightStream(pieces, buffers)) {
      for (Piece piece : pieces) {
        ByteBuffer got = buffers.get(stream.next()).duplicate().clear();
        StoredTensor stored = (StoredTensor) piece.tensor();
        int from = (int) (stored.offset() + piece.first() * ROW);
        byte[] file = Files.readAllBytes(stored.file());
        ByteBuffer expected = ByteBuffer.wrap(file, from, (int) piece.rows() * ROW);
        assertThat(got.limit(expected.remaining()).mismatch(expected)).isEqualTo(-1);
      }
    }
  }

  @Test
  void next_fileEndsEarly_saysSo() throws IOException {
    List<Piece> pieces = pieces(tensor(random("short", 3, 17 * ROW), 18, 0));
    try (WeightStream stream = new WeightStream(pieces, buffers(pieces))) {
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(
              () -> {
                stream.next();
                stream.next();
              })
          .withMessageContaining("short has become shorter");
    }
  }

  @Test
  void next_fileIsGone_failsThere() {
    List<Piece> pieces = pieces(tensor(folder.resolve("none"), 1, 0));
    try (WeightStream stream = new WeightStream(pieces, buffers(pieces))) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(stream::next)
          .withMessageContaining("none");
    }
  }

  @Test
  void close_beforeTheEnd_leavesNoThreadThatWrites() throws IOException {
    List<Piece> pieces = pieces(tensor(random("long", 4, 60 * ROW), 60, 0));
    List<ByteBuffer> buffers = buffers(pieces);
    try (WeightStream stream = new WeightStream(pieces, buffers)) {
      stream.next();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("herd-weights");
  }

  /** As often as {@code fill} is called, no part of the file is mapped. */
  @Test
  void load_weights_neverMapTheFile() {
    TinyRandom.copy(TinyRandom.GROUPED, folder);
    ModelSpec spec = LlamaModel.spec(folder);
    Stage stage = Placement.single(TorchDevice.cpu(), spec, Dtype.FLOAT32).stages().get(0);
    AtomicInteger fills = new AtomicInteger();
    List<String> maps = new ArrayList<>();
    LlamaScript script =
        script(
            () -> {
              fills.incrementAndGet();
              maps.addAll(maps());
            });
    WeightLoader.load(script, spec, ModelFolder.of(folder), Dtype.FLOAT32, stage);
    assertThat(fills.get()).isGreaterThan(10);
    assertThat(maps).isEmpty();
  }

  private List<String> maps() {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(folder.toString())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A module that keeps nothing. */
  private static LlamaScript script(Runnable onFill) {
    return (LlamaScript)
        Proxy.newProxyInstance(
            LlamaScript.class.getClassLoader(),
            new Class<?>[] {LlamaScript.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("fill")) {
                onFill.run();
              }
              return null;
            });
  }
}
