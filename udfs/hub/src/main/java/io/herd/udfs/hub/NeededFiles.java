package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Selects the files of a repository that a run needs: in some repositories half of the files are
 * copies of the weights.
 */
public final class NeededFiles {
  public static final Set<String> SMALL =
      Set.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja");
  public static final Set<String> REQUIRED = Set.of("config.json", "tokenizer.json");
  public static final String TOKENIZER = "tokenizer.json";
  public static final String SINGLE = "model.safetensors";
  public static final String INDEX = "model.safetensors.index.json";

  /** The files of a PEFT adapter. */
  public static final String ADAPTER_CONFIG = "adapter_config.json";

  public static final String ADAPTER_WEIGHTS = "adapter_model.safetensors";
  public static final List<String> ADAPTER = List.of(ADAPTER_CONFIG, ADAPTER_WEIGHTS);

  private static final int NAMED = 8;

  private NeededFiles() {}

  /** Reads the names of the weight files in an index. */
  @FunctionalInterface
  interface Index {
    List<String> shards(ModelManifest.Entry index);
  }

  /**
   * Returns the files that a model needs, sorted by name. Which shards there are the index says, as
   * it does to transformers and vLLM: repositories name them otherwise, and keep some of earlier
   * uploads.
   *
   * @throws UserException when the weights aren't there as safetensors, or the tokenizer isn't
   */
  static List<ModelManifest.Entry> of(RepoId id, List<ModelManifest.Entry> all, Index read) {
    Map<String, ModelManifest.Entry> files = byName(all);
    Set<String> names = new TreeSet<>(SMALL);
    names.retainAll(files.keySet());
    if (files.containsKey(SINGLE)) {
      names.add(SINGLE);
    } else if (files.containsKey(INDEX)) {
      names.add(INDEX);
      names.addAll(shards(id, files, read));
    } else {
      throw without(id, SINGLE + " or " + INDEX + " with its parts", files.keySet());
    }
    for (String name : REQUIRED) {
      if (!files.containsKey(name)) {
        throw without(id, name, files.keySet());
      }
    }
    return names.stream().map(files::get).toList();
  }

  /**
   * Returns the files that an adapter needs.
   *
   * @throws UserException when one isn't there
   */
  static List<ModelManifest.Entry> ofAdapter(RepoId id, List<ModelManifest.Entry> all) {
    Map<String, ModelManifest.Entry> files = byName(all);
    for (String name : ADAPTER) {
      if (!files.containsKey(name)) {
        throw new UserException(
            id + " has no " + name + there(files.keySet()),
            "choose a repository with an adapter as PEFT saves it (adapter_model.bin isn't read); a"
                + " whole model goes into herd.model.id.");
      }
    }
    return ADAPTER.stream().map(files::get).toList();
  }

  /**
   * Returns the files that prompts need.
   *
   * @throws UserException when there is no tokenizer
   */
  static List<ModelManifest.Entry> ofTokenizer(RepoId id, List<ModelManifest.Entry> all) {
    Map<String, ModelManifest.Entry> files = byName(all);
    if (!files.containsKey(TOKENIZER)) {
      throw new UserException(
          id + " has no " + TOKENIZER + there(files.keySet()),
          "choose a repository with the tokenizer in the form of the transformers library.");
    }
    return files.values().stream()
        .filter(each -> SMALL.contains(each.name()))
        .sorted(Comparator.comparing(ModelManifest.Entry::name))
        .toList();
  }

  private static Map<String, ModelManifest.Entry> byName(List<ModelManifest.Entry> all) {
    return all.stream()
        .collect(Collectors.toMap(ModelManifest.Entry::name, each -> each, (a, b) -> a));
  }

  private static List<String> shards(
      RepoId id, Map<String, ModelManifest.Entry> files, Index read) {
    List<String> shards = read.shards(files.get(INDEX));
    List<String> missing = shards.stream().filter(name -> !files.containsKey(name)).toList();
    if (shards.isEmpty() || !missing.isEmpty()) {
      throw new UserException(
          shards.isEmpty()
              ? INDEX + " of " + id + " names no files"
              : id
                  + " lacks "
                  + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())))
                  + ", which its "
                  + INDEX
                  + " names",
          "tell the repository's owner, or choose another revision or model: nothing was"
              + " downloaded.");
    }
    return shards;
  }

  private static String there(Set<String> names) {
    String there =
        names.stream()
            .filter(name -> !name.endsWith(".md") && !name.startsWith("."))
            .sorted()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    return "; it holds " + (there.isEmpty() ? "nothing of use" : there);
  }

  private static UserException without(RepoId id, String what, Set<String> names) {
    return new UserException(
        id + " has no " + what + there(names),
        "choose a repository with the model in the form of the transformers library: config.json,"
            + " tokenizer.json and *.safetensors (.bin, .pth, .gguf and original/ are not read).");
  }
}
