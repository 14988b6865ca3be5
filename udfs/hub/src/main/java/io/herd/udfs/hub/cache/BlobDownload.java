package io.herd.udfs.hub.cache;

import io.herd.udfs.files.Digests;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.ModelManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads one file. Its bytes go to a file with a name of its own, which gets the blob's name
 * only after its hash was found right: nobody ever sees a part under the blob's name. Hashing
 * follows the streams from piece to piece. Should the process be killed, the next one goes on with
 * the pieces that are there.
 */
final class BlobDownload implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlobDownload.class);
  private static final int BUFFER_BYTES = 1 << 18;

  private final ModelManifest.Entry file;
  private final Path blob;
  private final Path unfinished;
  private final HostLock notes;
  private final FetchSettings settings;
  private final FetchProgress progress;
  private final MessageDigest digest;
  private final FileChannel channel;
  private final List<CompletableFuture<Void>> pieces = new ArrayList<>();

  /**
   * Creates the unfinished file, or continues with an existing one.
   *
   * @param left the file, and what of it is there
   * @param notes keeps what arrives, for who comes after a kill
   */
  BlobDownload(
      ModelManifest.Entry file,
      Path blob,
      Leftover left,
      HostLock notes,
      FetchSettings settings,
      FetchProgress progress)
      throws IOException {
    this.file = file;
    this.blob = blob;
    this.unfinished = left.file();
    this.notes = notes;
    this.settings = settings;
    this.progress = progress;
    this.digest = file.sha256() != null ? Digests.newSha256() : Digests.newGitBlob(file.bytes());
    this.channel =
        FileChannel.open(
            unfinished,
            left.parts().isEmpty() ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    for (int i = 0; begin(i) < file.bytes(); i++) {
      pieces.add(new CompletableFuture<>());
      if (left.has(begin(i), begin(i + 1))) {
        pieces.get(i).complete(null);
        progress.arrived(begin(i + 1) - begin(i));
      }
    }
  }

  /**
   * Starts the download.
   *
   * @param parallel a stream for each piece, else one for each run of missing pieces
   * @return completes with whether the content was right; the blob is there then
   */
  CompletableFuture<Boolean> start(FileSource source, boolean parallel, Workers workers) {
    List<Run> missing = missing(0);
    RangeCopy copy = new RangeCopy(file, source, blob.getParent(), channel, settings, progress);
    if (parallel && !missing.isEmpty()) {
      int first = missing.get(0).first();
      AtomicBoolean known = new AtomicBoolean();
      Runnable others =
          () -> {
            if (!known.getAndSet(true)) {
              streamOthers(copy, first + 1, source.parallel(), workers);
            }
          };
      workers.streams().execute(() -> stream(copy, new Run(first, first + 1), others));
    } else {
      missing.forEach(run -> workers.streams().execute(() -> stream(copy, run, () -> {})));
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
   * Starts the missing pieces after the first, once bytes of that one arrive: then it is known
   * whether the source supports ranges. One that doesn't sends the whole file for each.
   */
  private void streamOthers(RangeCopy copy, int from, boolean parallel, Workers workers) {
    for (Run run : missing(from)) {
      int together = parallel ? 1 : run.end() - run.first();
      for (int i = run.first(); i < run.end(); i += together) {
        Run part = new Run(i, i + together);
        workers.streams().execute(() -> stream(copy, part, () -> {}));
      }
    }
  }

  /** Consecutive pieces. */
  private record Run(int first, int end) {}

  /** Returns the missing pieces, starting at a given one. */
  private List<Run> missing(int from) {
    List<Run> runs = new ArrayList<>();
    int first = from;
    for (int i = from; i <= pieces.size(); i++) {
      if (i == pieces.size() || pieces.get(i).isDone()) {
        if (first < i) {
          runs.add(new Run(first, i));
        }
        first = i + 1;
      }
    }
    return runs;
  }

  private void stream(RangeCopy copy, Run run, Runnable arriving) {
    int[] next = {run.first()};
    try {
      copy.run(
          begin(run.first()),
          begin(run.end()),
          reached -> {
            arriving.run();
            while (next[0] < run.end() && reached >= begin(next[0] + 1)) {
              arrived(next[0]++);
            }
          });
    } catch (RuntimeException | Error e) {
      pieces.get(next[0]).completeExceptionally(e);
    }
  }

  private void arrived(int piece) {
    try {
      notes.note(unfinished, new Leftover.Part(begin(piece), begin(piece + 1)));
    } catch (IOException e) { // who comes after a kill fetches it again
      LOG.debug("can't note that a part of {} has arrived", unfinished, e);
    }
    pieces.get(piece).complete(null);
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

  /** Closes the file; call it when no worker runs any more. */
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
