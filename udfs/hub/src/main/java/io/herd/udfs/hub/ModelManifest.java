package io.herd.udfs.hub;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.files.Digests;
import io.herd.udfs.files.Links;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files that define a model, as the driver has read them. Executors check theirs against it.
 *
 * @param id the model's name: its Hub id, or the folder's name
 * @param commit the Hub's commit, or {@code local} for a folder
 * @param files sorted by name
 * @param adapters that are merged into its weights, in this order
 */
public record ModelManifest(String id, String commit, List<Entry> files, List<Adapter> adapters)
    implements Serializable {
  private static final List<String> KINDS = List.of(".json", ".jinja", ".safetensors");

  private static final List<String> RESULT_FILES =
      List.of("config.json", "generation_config.json", "tokenizer.json");

  /**
   * One file.
   *
   * @param name with {@code /} where it lies deeper
   * @param bytes its length
   * @param sha256 of its content in hex, or null while only git's id is known: the Hub knows the
   *     SHA-256 of large files only
   * @param blobId the Hub's name of the content, which its cache uses too: the SHA-256 of large
   *     files, the git blob id (SHA-1) of others; null for a file of a local folder
   */
  public record Entry(String name, long bytes, String sha256, String blobId)
      implements Serializable {

    public Entry {
      if (sha256 == null && blobId == null) {
        throw new IllegalArgumentException(name + " has no digest");
      }
    }

    private String content() {
      return sha256 == null ? blobId : sha256;
    }

    /** Returns whether it contains weights; other files are small. */
    public boolean weights() {
      return name.endsWith(".safetensors");
    }

    /** Returns whether a file has this content. */
    public boolean matches(Path file) throws IOException {
      if (!Files.isRegularFile(file) || Files.size(file) != bytes) {
        return false;
      }
      return sha256 != null
          ? Digests.sha256(file).equals(sha256)
          : Digests.gitBlob(file).equals(blobId);
    }
  }

  /**
   * An adapter's files.
   *
   * @param weight that its update is multiplied by
   */
  public record Adapter(ModelManifest files, double weight) implements Serializable {
    private String digest() {
      Digests.Builder digest = new Digests.Builder().text(Double.toString(weight));
      files.files().forEach(file -> digest.text(file.name()).text(file.content()));
      return digest.hex();
    }
  }

  public ModelManifest {
    files = List.copyOf(files);
    adapters = adapters == null ? List.of() : List.copyOf(adapters); // staged by version 0.1.0
  }

  /** Creates the manifest of a published model, or of an adapter. */
  public ModelManifest(String id, String commit, List<Entry> files) {
    this(id, commit, files, List.of());
  }

  /** Returns this model with adapters. */
  public ModelManifest with(List<Adapter> merged) {
    return new ModelManifest(id, commit, files, merged);
  }

  /**
   * Describes a folder on this machine's disk.
   *
   * @throws UserException when there is no such folder, or a link in it leads elsewhere
   */
  public static ModelManifest ofFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          "there is no folder " + folder,
          "set herd.model.path to the folder of a model, with config.json, tokenizer.json and"
              + " *.safetensors in it.");
    }
    return ofFolder(folder, ModelManifest::counts);
  }

  /**
   * Describes an adapter's folder, in which trainers also leave other files.
   *
   * @throws UserException when there is no adapter, or a link in the folder leads elsewhere
   */
  public static ModelManifest ofAdapter(Path folder) {
    for (String name : NeededFiles.ADAPTER) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new UserException(
            "there is no " + folder.resolve(name),
            "name the folder of an adapter in herd.model.adapter, as PEFT's save_pretrained writes"
                + " it (adapter_model.bin isn't read).");
      }
    }
    return ofFolder(folder, file -> NeededFiles.ADAPTER.contains(file.getFileName().toString()));
  }

  /**
   * Describes the files in a model's folder that prompts need.
   *
   * @throws UserException when there is no tokenizer, or a link in the folder leads elsewhere
   */
  public static ModelManifest ofTokenizer(Path folder) {
    if (!Files.isRegularFile(folder.resolve(NeededFiles.TOKENIZER))) {
      throw new UserException(
          "there is no " + folder.resolve(NeededFiles.TOKENIZER),
          "set herd.model.path to a folder with the tokenizer of the model that is served:"
              + " tokenizer.json, and tokenizer_config.json with the chat template.");
    }
    return ofFolder(folder, file -> NeededFiles.SMALL.contains(file.getFileName().toString()));
  }

  private static ModelManifest ofFolder(Path folder, Predicate<Path> counts) {
    try (Stream<Path> list = Files.list(folder)) {
      List<Path> files = list.filter(counts).sorted().toList();
      List<Entry> entries = files.parallelStream().map(file -> entry(folder, file)).toList();
      return new ModelManifest(folder.toRealPath().getFileName().toString(), "local", entries);
    } catch (IOException | UncheckedIOException e) {
      throw new SystemException("can't read the model's folder " + folder, e);
    }
  }

  private static Entry entry(Path folder, Path file) {
    try {
      Links.requireInside(folder, file);
      String name = file.getFileName().toString();
      return new Entry(name, Files.size(file), Digests.sha256(file), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean counts(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && KINDS.stream().anyMatch(name::endsWith);
  }

  /**
   * Returns a copy with the SHA-256 of each file in a folder: for small files the Hub only has
   * git's id.
   */
  public ModelManifest withDigestsOf(Path folder) {
    List<Entry> known = new ArrayList<>();
    for (Entry entry : files) {
      Path file = folder.resolve(entry.name());
      try {
        known.add(
            entry.sha256() != null || !Files.isRegularFile(file)
                ? entry
                : new Entry(entry.name(), entry.bytes(), Digests.sha256(file), entry.blobId()));
      } catch (IOException e) {
        throw new SystemException("can't read " + file, e);
      }
    }
    return new ModelManifest(id, commit, known, adapters);
  }

  /** Returns the total size of all files in bytes. */
  public long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * Returns a SHA-256 over everything that results depend on beside the prompt's tokens:
   * configuration, tokenizer, weights and adapters. It is the model's part of a result's key.
   */
  public String digest() {
    Digests.Builder digest = new Digests.Builder();
    for (Entry file : files) {
      if (RESULT_FILES.contains(file.name()) || file.weights()) {
        digest.text(file.name()).text(file.content());
      }
    }
    adapters.forEach(adapter -> digest.text("adapter").text(adapter.digest()));
    return digest.hex();
  }

  /**
   * Checks a folder against this manifest.
   *
   * @throws SystemException naming the first file that is missing or differs
   */
  public void verify(Path folder) {
    files.parallelStream()
        .map(entry -> damage(entry, folder.resolve(entry.name())))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(
            damage -> {
              throw damage;
            });
  }

  private static Optional<SystemException> damage(Entry entry, Path file) {
    try {
      return entry.matches(file)
          ? Optional.empty()
          : Optional.of(
              new SystemException(
                  file
                      + " is missing or not the file that the driver has: every node needs the"
                      + " same model folder at the same path",
                  null));
    } catch (IOException e) {
      return Optional.of(new SystemException("can't read " + file, e));
    }
  }
}
