package io.herd.udfs.hub.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.NeededFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's folder that holds links. */
class LinksTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir private Path home;
  private Path secret;
  private Path model;

  @BeforeEach
  void makeModel() throws IOException {
    secret = Files.writeString(home.resolve("credentials.json"), "{\"secret\": 1}");
    model = Files.createDirectory(home.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
  }

  private void assertRefused(String name) {
    assertThatThrownBy(() -> ModelManifest.ofFolder(model))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            model.resolve(name) + " is a link that leads out of the model's folder, to " + secret);
  }

  @Test
  void ofFolder_linkToAnotherFile_isRefused() throws IOException {
    Files.createSymbolicLink(model.resolve("tokenizer_config.json"), secret);
    assertRefused("tokenizer_config.json");
  }

  @Test
  void ofFolder_relativeLinkUpwards_isRefused() throws IOException {
    Files.createSymbolicLink(model.resolve("x.safetensors"), Path.of("../credentials.json"));
    assertRefused("x.safetensors");
  }

  @Test
  void ofFolder_linkOverALinkInside_isRefused() throws IOException {
    Files.createSymbolicLink(model.resolve("inner"), home);
    Files.createSymbolicLink(model.resolve("a.json"), Path.of("inner/credentials.json"));
    assertRefused("a.json");
  }

  @Test
  void ofFolder_linkInside_isTheModels() throws IOException {
    Files.createSymbolicLink(model.resolve("a.json"), Path.of("config.json"));
    assertThat(ModelManifest.ofFolder(model).files()).hasSize(2);
  }

  @Test
  void ofFolder_folderIsALinkItself_isTheModels() throws IOException {
    Path link = Files.createSymbolicLink(home.resolve("link"), model);
    assertThat(ModelManifest.ofFolder(link).files()).hasSize(1);
  }

  @Test
  void ofFolder_linkToNothingOrItself_isNoFile() throws IOException {
    Files.createSymbolicLink(model.resolve("a.json"), home.resolve("nothing"));
    Files.createSymbolicLink(model.resolve("b.json"), model.resolve("b.json"));
    assertThat(ModelManifest.ofFolder(model).files()).hasSize(1);
  }

  @Test
  void ofFolder_snapshotOfTheHubsCache_hasItsBlobsOnly() throws IOException {
    Path blobs = Files.createDirectories(home.resolve("models--a--b/blobs"));
    model = Files.createDirectories(home.resolve("models--a--b/snapshots/" + COMMIT));
    Files.writeString(blobs.resolve("x"), "{}");
    Files.createSymbolicLink(model.resolve("config.json"), Path.of("../../blobs/x"));
    assertThat(ModelManifest.ofFolder(model).files()).hasSize(1);

    Files.createSymbolicLink(model.resolve("tokenizer.json"), secret);
    assertRefused("tokenizer.json");
  }

  @Test
  void fetch_linkOutOfTheCache_isMadeAnew() throws Exception {
    Path cache = home.resolve("hub");
    MemorySource source = new MemorySource().add("config.json", "{\"secret\": 1}");
    Path snapshot =
        new RepoFolder(cache, source.manifest().id()).snapshot(source.manifest().commit());
    Files.createDirectories(snapshot);
    Files.createSymbolicLink(snapshot.resolve("config.json"), secret);

    new ModelCache(cache).fetch(source.manifest(), file -> true, source, FetchProgress.NONE);

    assertThat(snapshot.resolve("config.json").toRealPath()).startsWith(cache.toRealPath());
    assertThat(secret).hasContent("{\"secret\": 1}");
  }

  /** Who shares the cache may put links at names that are known before they are used. */
  @Test
  void fetch_linksAtNamesThatAreWritten_leaveWhatTheyLeadTo() throws Exception {
    Path cache = Files.createDirectory(home.resolve("hub"));
    MemorySource source = MemorySource.small();
    ModelManifest manifest = source.manifest();
    RepoFolder folder = new RepoFolder(cache, manifest.id());
    Path nothing = home.resolve("made-by-another");
    Files.createDirectories(folder.lock().getParent());
    Files.createSymbolicLink(folder.lock(), secret);
    Files.createSymbolicLink(cache.resolve("CACHEDIR.TAG"), nothing);

    new ModelCache(cache).fetch(manifest, file -> true, source, FetchProgress.NONE);

    assertThat(secret).hasContent("{\"secret\": 1}");
    assertThat(nothing).doesNotExist();
    assertThat(folder.snapshot(manifest.commit()).resolve("config.json")).hasContent("{}");
  }

  /** As the part of a file that a killed process has left, which the next one goes on with. */
  @Test
  void fetch_linkInPlaceOfAPart_isRemovedAndNotWrittenThrough() throws Exception {
    Path cache = Files.createDirectory(home.resolve("hub"));
    MemorySource source = MemorySource.small();
    ModelManifest manifest = source.manifest();
    RepoFolder folder = new RepoFolder(cache, manifest.id());
    Path blob = folder.blob(manifest.files().get(0));
    Path part = blob.resolveSibling(blob.getFileName() + ".01234567.incomplete");
    Files.createDirectories(folder.blobs());
    Files.createSymbolicLink(part, secret);
    Files.createDirectories(folder.lock().getParent());
    Files.writeString(folder.lock(), part.getFileName() + "\n" + part.getFileName() + " 0 1\n");

    new ModelCache(cache).fetch(manifest, file -> true, source, FetchProgress.NONE);

    assertThat(secret).hasContent("{\"secret\": 1}");
    assertThat(part).doesNotExist();
    assertThat(blob).isRegularFile();
  }

  @Test
  void cached_linkOutOfTheCache_isRefused() throws IOException {
    Path cache = home.resolve("hub");
    Path snapshot = new RepoFolder(cache, "a/b").snapshot(COMMIT);
    Files.createDirectories(snapshot);
    for (String name : NeededFiles.REQUIRED) {
      Files.writeString(snapshot.resolve(name), "{}");
    }
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), secret);

    assertThatThrownBy(() -> new ModelCache(cache).cached("a/b", COMMIT))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("leads out of the model's folder");
  }
}
