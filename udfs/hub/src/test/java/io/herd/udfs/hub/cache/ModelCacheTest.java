package io.herd.udfs.hub.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.ModelManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCacheTest {
  private static final int LARGE = 50_000_000;

  @TempDir Path cache;

  @Test
  void fetch_emptyCache_hasTheSharedLayout() throws Exception {
    MemorySource source = MemorySource.small();

    Path folder = fetch(source);

    assertThat(folder)
        .isEqualTo(cache.resolve("models--org--name/snapshots/" + MemorySource.COMMIT));
    ModelManifest.Entry config = source.manifest().files().get(0);
    Path link = Files.readSymbolicLink(folder.resolve(config.name()));
    assertThat(link).isEqualTo(Path.of("../../blobs", config.blobId()));
    assertThat(folder.resolve("tokenizer.json")).hasContent("{\"a\": 1}");
    assertThat(cache.resolve("CACHEDIR.TAG")).exists();
  }

  @Test
  void fetch_again_asksNothingAndTakesNoLock() throws Exception {
    MemorySource source = MemorySource.small();
    fetch(source);
    source.asked.clear();
    Files.delete(new RepoFolder(cache, "org/name").lock());

    fetch(source);

    assertThat(source.asked).isEmpty();
    assertThat(new RepoFolder(cache, "org/name").lock()).doesNotExist();
  }

  @Test
  void fetch_wantedOnes_leavesTheOthersOut() throws Exception {
    MemorySource source = MemorySource.small().addLarge("model.safetensors", 1000);

    cache().fetch(source.manifest(), file -> !file.weights(), source, FetchProgress.NONE);

    assertThat(source.asked).containsExactlyInAnyOrder("config.json", "tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void fetch_connectionCutAtTenPlaces_goesOnWhereItBroke(long seed) throws Exception {
    MemorySource source = new MemorySource().addLarge("model.safetensors", LARGE);
    new Random(seed).longs(10, 1, LARGE).forEach(source.cuts::add);
    AtomicLong arrived = new AtomicLong();

    Path folder = cache().fetch(source.manifest(), file -> true, source, arrived::addAndGet);

    assertThat(source.cuts).isEmpty();
    assertThat(folder.resolve("model.safetensors"))
        .hasBinaryContent(source.bytes("model.safetensors"));
    assertThat(arrived).hasValue(LARGE); // nothing twice
    assertThat(blobs()).hasSize(1);
  }

  @Test
  void fetch_everyStreamBreaksEarly_keepsTheLittleThatEachBrought() throws Exception {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 50_000);
    for (long at = 999; at < 50_000; at += 999) {
      source.cuts.add(at);
    }

    Path folder = fetch(source);

    assertThat(source.opened).as("none for nothing").hasValue(51);
    assertThat(folder.resolve("model.safetensors"))
        .hasBinaryContent(source.bytes("model.safetensors"));
  }

  @Test
  void fetch_damagedFile_bringsItAnew() throws Exception {
    MemorySource source = MemorySource.small().addLarge("model.safetensors", 1_000_000);
    Path file = fetch(source).resolve("model.safetensors");
    byte[] damaged = source.bytes("model.safetensors").clone();
    damaged[500_000] ^= 1;
    Files.write(file, damaged);
    source.asked.clear();

    fetch(source);

    assertThat(source.asked).containsOnly("model.safetensors");
    assertThat(file).hasBinaryContent(source.bytes("model.safetensors"));
  }

  @Test
  void fetch_blobOfAnotherCommit_isLinkedOnly() throws Exception {
    MemorySource source = MemorySource.small();
    fetch(source);
    source.asked.clear();
    ModelManifest later = new ModelManifest("org/name", "f".repeat(40), source.manifest().files());

    Path folder = cache().fetch(later, file -> true, source, FetchProgress.NONE);

    assertThat(source.asked).isEmpty();
    assertThat(folder.resolve("config.json")).hasContent("{}");
  }

  @Test
  void fetch_wrongOnce_fetchesAgain() throws Exception {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 5_000_000).wrong(1);
    AtomicLong arrived = new AtomicLong();

    Path folder = cache().fetch(source.manifest(), file -> true, source, arrived::addAndGet);

    assertThat(folder.resolve("model.safetensors"))
        .hasBinaryContent(source.bytes("model.safetensors"));
    assertThat(arrived).hasValue(5_000_000);
  }

  @Test
  void fetch_wrongAlways_failsAndLeavesNothing() {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 1000).wrong(99);

    assertThatThrownBy(() -> fetch(source))
        .isInstanceOf(SystemException.class)
        .hasMessageContainingAll("model.safetensors", "hash differs", "What to do");
    assertThat(blobs()).isEmpty();
  }

  @Test
  void fetch_sourceIgnoresRanges_comesInOnePiece() throws Exception {
    MemorySource source =
        new MemorySource().addLarge("model.safetensors", 5_000_000).ignoreRanges();

    Path folder = fetch(source);

    assertThat(folder.resolve("model.safetensors"))
        .hasBinaryContent(source.bytes("model.safetensors"));
  }

  @Test
  void fetch_tooShort_failsAndLeavesNothing() {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 1000);
    source.replace("model.safetensors", new byte[999]);

    assertThatThrownBy(() -> fetch(source))
        .isInstanceOf(SystemException.class)
        .hasMessageContainingAll("byte 999 of 1000", "ended early");
    assertThat(blobs()).isEmpty();
  }

  @Test
  void fetch_lfsPointer_saysSo() {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 1000);
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1000\n";
    source.replace("model.safetensors", pointer.getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThatThrownBy(() -> fetch(source))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("model.safetensors", "Git LFS pointer");
  }

  @Test
  void fetch_networkDown_failsAfterRetriesAndLeavesNothing() {
    MemorySource source = MemorySource.small().breakAll();

    assertThatThrownBy(() -> fetch(source))
        .isInstanceOf(SystemException.class)
        .hasMessageContainingAll("byte 0", "connection reset", "What to do");
    assertThat(source.asked).hasSizeGreaterThanOrEqualTo(6);
    assertThat(blobs()).isEmpty();
  }

  @Test
  void fetch_diskTooSmall_failsBeforeTheFirstRequest() {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 3_000_000);
    Disk small =
        new Disk() {
          @Override
          long free(Path folder) {
            return 1_000_000;
          }
        };

    assertThatThrownBy(() -> fetch(source, small))
        .isInstanceOf(SystemException.class)
        .hasMessageContainingAll(cache.toString(), "0.00 GB free", "HF_HUB_CACHE");
    assertThat(source.asked).isEmpty();
  }

  @Test
  void fetch_diskBecomesFull_saysSoAndLeavesNothing() {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 3_000_000);
    Disk full =
        new Disk() {
          @Override
          void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
            if (at > 2_000_000) {
              throw new IOException("No space left on device");
            }
            super.write(file, bytes, at);
          }
        };

    assertThatThrownBy(() -> fetch(source, full))
        .isInstanceOf(SystemException.class)
        .hasMessageContainingAll(cache.toString(), "became full", "HF_HUB_CACHE");
    assertThat(blobs()).isEmpty();
  }

  @Test
  void fetch_noLinksOnThisDisk_keepsTheFileItselfAndTrustsItLater() throws Exception {
    MemorySource source = MemorySource.small();
    Disk plain =
        new Disk() {
          @Override
          void link(Path link, Path target) {
            throw new UnsupportedOperationException();
          }
        };

    Path folder = fetch(source, plain);
    source.asked.clear();
    fetch(source, plain);

    assertThat(folder.resolve("config.json")).isRegularFile().hasContent("{}");
    assertThat(Files.isSymbolicLink(folder.resolve("config.json"))).isFalse();
    assertThat(source.asked).isEmpty();
  }

  @Test
  void fetch_twoThreads_makeOneDownload() throws Exception {
    MemorySource source = new MemorySource().addLarge("model.safetensors", 20_000_000);

    List<CompletableFuture<Path>> both =
        Stream.of(1, 2)
            .map(i -> CompletableFuture.supplyAsync(() -> fetchUnchecked(source)))
            .toList();
    both.forEach(CompletableFuture::join);

    assertThat(source.opened).hasValue(20); // of a million bytes each
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "/etc/evil", "a/../../evil", "C:evil", "a\\evil", "a//b", "."})
  void fetch_hostileName_isRefused(String name) {
    MemorySource source = new MemorySource().add(name, "x");

    assertThatThrownBy(() -> fetch(source)).isInstanceOf(UserException.class);
    assertThat(source.asked).isEmpty();
  }

  @Test
  void fetch_interrupted_endsAndLeavesNothing() throws Exception {
    MemorySource source = new MemorySource().addLarge("model.safetensors", LARGE);
    Thread reader = Thread.currentThread();

    assertThatThrownBy(
            () ->
                cache().fetch(source.manifest(), file -> true, source, bytes -> reader.interrupt()))
        .isInstanceOf(InterruptedException.class);
    assertThat(blobs()).isEmpty();
  }

  @Test
  void cached_afterRemember_findsBranchAndCommit() throws Exception {
    MemorySource source = MemorySource.small().addLarge("model.safetensors", 1000);
    fetch(source);
    cache().remember(source.manifest(), "refs/pr/1");

    assertThat(cache().cached("org/name", "refs/pr/1")).contains(source.manifest());
    assertThat(cache().cached("org/name", MemorySource.COMMIT)).contains(source.manifest());
    assertThat(cache().cached("org/name", "main")).isEmpty();
    assertThat(cache.resolve("models--org--name/refs/refs/pr/1")).hasContent(MemorySource.COMMIT);
  }

  @Test
  void cached_noLinks_hashesTheFiles() throws Exception {
    MemorySource source = MemorySource.small().addLarge("model.safetensors", 1000);
    Path folder = cache.resolve("models--org--name/snapshots/" + MemorySource.COMMIT);
    Files.createDirectories(folder);
    for (ModelManifest.Entry file : source.manifest().files()) {
      Files.write(folder.resolve(file.name()), source.bytes(file.name()));
    }

    assertThat(cache().cached("org/name", MemorySource.COMMIT)).contains(source.manifest());
  }

  @Test
  void cached_aShardIsMissing_isEmpty() throws Exception {
    MemorySource source =
        MemorySource.small()
            .add(
                "model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}")
            .addLarge("model-1.safetensors", 1000);
    fetch(source);

    assertThat(cache().cached("org/name", MemorySource.COMMIT)).isEmpty();
  }

  @Test
  void remember_withoutSnapshot_writesNothing() {
    cache().remember(MemorySource.small().manifest(), "main");

    assertThat(cache.resolve("models--org--name")).doesNotExist();
  }

  private ModelCache cache() {
    return cache(new Disk());
  }

  private ModelCache cache(Disk disk) {
    return new ModelCache(
        cache,
        new FetchSettings(
            disk, FetchSettings.retries(Duration.ofMillis(2)), Duration.ofSeconds(20), 1_000_000));
  }

  private Path fetch(MemorySource source) throws InterruptedException {
    return fetch(source, new Disk());
  }

  private Path fetch(MemorySource source, Disk disk) throws InterruptedException {
    return cache(disk).fetch(source.manifest(), file -> true, source, FetchProgress.NONE);
  }

  private Path fetchUnchecked(MemorySource source) {
    try {
      return fetch(source);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Path> blobs() {
    try (Stream<Path> files = Files.list(cache.resolve("models--org--name/blobs"))) {
      return files.toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
