package io.herd.udfs.hub;

import io.herd.udfs.UserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which of a repository's files a run needs: half of what some hold is the same weights again. */
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
  public static final String SINGLE = "model.safetensors";
  public static final String INDEX = "model.safetensors.index.json";
  private static final Pattern SHARD = Pattern.compile("model-[\\w.-]+\\.safetensors");
  private static final int NAMED = 8;

  private NeededFiles() {}

  /**
   * Those at the root, sorted by name.
   *
   * @throws UserException when the weights aren't there as safetensors, or the tokenizer isn't
   */
  static List<ModelManifest.Entry> of(RepoId id, List<ModelManifest.Entry> all) {
    Set<String> names = all.stream().map(ModelManifest.Entry::name).collect(Collectors.toSet());
    boolean single = names.contains(SINGLE);
    List<ModelManifest.Entry> needed = new ArrayList<>();
    for (ModelManifest.Entry file : all) {
      String name = file.name();
      boolean weights = single ? name.equals(SINGLE) : SHARD.matcher(name).matches();
      if (weights || SMALL.contains(name) || (!single && name.equals(INDEX))) {
        needed.add(file);
      }
    }
    boolean sharded = names.contains(INDEX) && needed.stream().anyMatch(it -> it.weights());
    if (!single && !sharded) {
      throw without(id, SINGLE + " or " + INDEX + " with its parts", names);
    }
    for (String name : REQUIRED) {
      if (!names.contains(name)) {
        throw without(id, name, names);
      }
    }
    needed.sort(Comparator.comparing(ModelManifest.Entry::name));
    return needed;
  }

  private static UserException without(RepoId id, String what, Set<String> names) {
    String there =
        names.stream()
            .filter(name -> !name.endsWith(".md") && !name.startsWith("."))
            .sorted()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    return new UserException(
        id + " has no " + what + "; it holds " + (there.isEmpty() ? "nothing of use" : there),
        "choose a repository with the model in the form of the transformers library: config.json,"
            + " tokenizer.json and *.safetensors (.bin, .pth, .gguf and original/ are not read).");
  }
}
