package io.herd.udfs.hub.cache;

import io.herd.udfs.files.Digests;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The download of one file. Its bytes go to a file with a name of its own, which gets the blob's
 * name only after its hash was found right: nobody ever sees a part under the blob's name. Hashing
 * follows the streams from piece to piece.
 */
final class BlobDownload implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final ModelManifest.Entry file;
  private final Path blob;
  private final Path unfinished;
  private final FetchSettings settings;
  private final FetchProgress progress;
  private final MessageDigest digest;
  private final FileChannel channel;
  private final List<CompletableFuture<Void>> pieces = new ArrayList<>();

  /** Creates the unfinished file. */
  BlobDownload(
      ModelManifest.Entry file,
      Path blob,
      Path unfinished,
      FetchSettings settings,
      FetchProgress progress)
      throws IOException {
    this.file = file;
    this.blob = blob;
    this.unfinished = unfinished;
    this.settings = settings;
    this.progress = progress;
    this.digest = file.sha256() != null ? Digests.newSha256() : Digests.newGitBlob(file.bytes());
    this.channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
  }

  /**
   * Begins the download.
   *
   * @param parallel a stream for each piece, else one for the whole file
   * @return completes with whether the content was right; the blob is there then
   */
  CompletableFuture<Boolean> start(FileSource source, boolean parallel, Workers workers) {
    for (long at = 0; at < file.bytes(); at += settings.pieceBytes()) {
      pieces.add(new CompletableFuture<>());
    }
    RangeCopy copy = new RangeCopy(file, source, blob.getParent(), channel, settings, progress);
    if (parallel && pieces.size() > 1) {
      AtomicBoolean known = new AtomicBoolean();
      Runnable first =
          () -> {
            if (!known.getAndSet(true)) {
              streamOthers(copy, source.parallel(), workers);
            }
          };
      workers.streams().execute(() -> stream(copy, 0, 1, first));
    } else if (!pieces.isEmpty()) {
      workers.streams().execute(() -> stream(copy, 0, pieces.size(), () -> {}));
    }
    CompletableFuture<Void> hashed = CompletableFuture.completedFuture(null);
    for (int i = 0; i < pieces.size(); i++) {
      int piece = i;
      hashed =
          hashed.thenCombineAsync(
              pieces.get(i), (before, written) -> hash(piece), workers.hashers());
    }
    return hashed.thenApplyAsync(all -> finish(), workers.hashers());
  }

  /**
   * Begins all pieces but the first, once bytes of that one arrive: by then it is known whether the
   * source understands ranges. One that doesn't sends the whole file for each.
   */
  private void streamOthers(RangeCopy copy, boolean parallel, Workers workers) {
    int together = parallel ? 1 : pieces.size();
    for (int i = 1; i < pieces.size(); i += together) {
      int first = i;
      int end = Math.min(first + together, pieces.size());
      workers.streams().execute(() -> stream(copy, first, end, () -> {}));
    }
  }

  private void stream(RangeCopy copy, int first, int end, Runnable arriving) {
    int[] next = {first};
    try {
      copy.run(
          begin(first),
          begin(end),
          reached -> {
            arriving.run();
            while (next[0] < end && reached >= begin(next[0] + 1)) {
              pieces.get(next[0]++).complete(null);
            }
          });
    } catch (RuntimeException | Error e) {
      pieces.get(next[0]).completeExceptionally(e);
    }
  }

  private long begin(int piece) {
    return Math.min(file.bytes(), piece * settings.pieceBytes());
  }

  private Void hash(int piece) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long end = begin(piece + 1);
    try {
      for (long at = begin(piece); at < end; at += buffer.limit()) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
        if (channel.read(buffer, at) < 0) {
          throw new IOException("it became shorter");
        }
        digest.update(buffer.flip());
      }
    } catch (IOException e) {
      throw settings.disk().refusal(unfinished, e);
    }
    return null;
  }

  private boolean finish() {
    String expected = file.sha256() != null ? file.sha256() : file.blobId();
    if (!HexFormat.of().formatHex(digest.digest()).equals(expected)) {
      progress.arrived(-file.bytes());
      return false;
    }
    try {
      channel.force(true);
      Files.move(unfinished, blob, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      throw settings.disk().refusal(blob, e);
    }
  }

  /** To be called when no worker runs any more. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      throw settings.disk().refusal(unfinished, e);
    }
  }
}
