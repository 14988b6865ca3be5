package io.herd.udfs.model;

import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.checkpoint.WeightTensor;
import io.herd.udfs.hub.NeededFiles;
import io.herd.udfs.model.TensorShapes.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads an adapter's configuration and the header of its weights, and refuses everything that isn't
 * LoRA for the model: no part of an adapter is silently ignored.
 */
final class LoraReader {
  private static final String PREFIX = "base_model.model.";
  private static final String WEIGHT = ".weight";
  private static final String BASE = ".base_layer.weight";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final String MAGNITUDE = ".lora_magnitude_vector";
  private static final int MOST_LAYERS = 10_000;

  private final ModelSpec spec;
  private final TensorShapes shapes;
  private final ModelFolder.Adapter adapter;
  private final LoraConfig config;
  private final Map<String, WeightTensor> left = new TreeMap<>();
  private final Map<String, LowRank> updates = new TreeMap<>();
  private final Map<String, WeightTensor> replaced = new TreeMap<>();

  private LoraReader(ModelSpec spec, ModelFolder.Adapter adapter) {
    this.spec = spec;
    this.shapes = new TensorShapes(spec.untied()); // a head of its own may be saved
    this.adapter = adapter;
    this.config = LoraConfig.read(adapter.path());
  }

  static LoraAdapter read(ModelSpec spec, ModelFolder.Adapter adapter) {
    return new LoraReader(spec, adapter).read();
  }

  private LoraAdapter read() {
    Path file = adapter.path().resolve(NeededFiles.ADAPTER_WEIGHTS);
    if (!Files.exists(file)) {
      throw adapter.refused("has no " + file.getFileName() + " (adapter_model.bin isn't read)");
    }
    if (config.dora() && adapter.weight() != 1) {
      throw adapter.refused("is of DoRA (use_dora), which takes a weight of 1 and no other");
    }
    Safetensors.dense(Safetensors.open(List.of(file)))
        .forEach((name, tensor) -> left.put(unprefixed(name), tensor));
    for (String name : List.copyOf(left.keySet())) {
      if (name.endsWith(A)) {
        update(name.substring(0, name.length() - A.length()));
      } else if (name.endsWith(BASE)) { // the whole head is saved beside its update
        replace(name.replace(BASE, WEIGHT), left.remove(name));
      } else if (shapes.of(name).isPresent()) {
        requireWhole(name);
        replace(name, left.remove(name));
      }
    }
    requireComplete();
    return new LoraAdapter(config.dora(), updates, replaced);
  }

  private String unprefixed(String name) {
    if (!name.startsWith(PREFIX)) {
      throw unknown(name);
    }
    return name.substring(PREFIX.length());
  }

  private void update(String module) {
    WeightTensor a = left.remove(module + A);
    WeightTensor b = left.remove(module + B);
    WeightTensor magnitude = left.remove(module + MAGNITUDE);
    magnitude = magnitude == null ? left.remove(module + MAGNITUDE + WEIGHT) : magnitude;
    String name = module + WEIGHT;
    if (spec.tiedHead() && name.equals(Checkpoint.HEAD)) {
      throw tied(name);
    }
    Shape shape =
        shapes.of(name).filter(each -> each.columns() > 1).orElseThrow(() -> unknown(name));
    if (name.equals(Checkpoint.EMBEDDING) || !config.targets(module)) {
      throw config.broken("target_modules doesn't name " + module + ", and the weights change it");
    }
    if (b == null || (magnitude == null) == config.dora()) {
      throw adapter.refused("has no whole update of " + module);
    }
    require(name, a, a.rows(), shape.columns());
    require(name, b, shape.rows(), a.rows());
    if (magnitude != null) {
      require(name, magnitude, shape.rows(), 1);
    }
    if (a.rows() == 0 || a.rows() > Math.max(shape.rows(), shape.columns())) {
      throw adapter.refused("has an update of " + module + " of rank " + a.rows());
    }
    updates.put(
        name, new LowRank(a, b, magnitude, adapter.weight() * config.scale(module, a.rows())));
  }

  private void replace(String name, WeightTensor tensor) {
    Shape shape = shapes.of(name).orElseThrow(() -> unknown(name));
    require(name, tensor, shape.rows(), shape.columns());
    replaced.put(name, tensor);
  }

  /** Requires a whole tensor for a module that replaces another. */
  private void requireWhole(String name) {
    if (adapter.weight() != 1) {
      throw adapter.refused(
          "replaces " + name + " (modules_to_save), which takes a weight of 1 and no other");
    }
  }

  private void require(String name, WeightTensor tensor, long rows, long columns) {
    if (tensor.rows() != rows || tensor.columns() != columns) {
      throw adapter.refused(
          String.format(
              Locale.ROOT,
              "has %s for %s of the model, where [%d, %d] would fit: another model's, or one whose"
                  + " vocabulary was made larger",
              Arrays.toString(tensor.shape()),
              name,
              rows,
              columns));
    }
  }

  /** Refuses additional or missing tensors, which were meant to change something. */
  private void requireComplete() {
    if (!left.isEmpty()) {
      throw unknown(left.keySet().iterator().next());
    }
    if (spec.layers() > MOST_LAYERS) {
      throw adapter.refused("is for a model of " + spec.layers() + " layers");
    }
    for (int i = 0; i < spec.layers(); i++) {
      String layer = TensorShapes.layer(i);
      shapes.ofLayer().forEach(each -> requireUpdate(layer + each));
    }
    requireUpdate(Checkpoint.HEAD);
    for (String module : config.saved()) {
      if (replaced.keySet().stream().noneMatch(each -> ("." + each).contains("." + module + "."))) {
        throw config.broken("modules_to_save names " + module + ", which the weights lack");
      }
    }
  }

  private void requireUpdate(String name) {
    String module = name.substring(0, name.length() - WEIGHT.length());
    boolean matrix = shapes.of(name).filter(each -> each.columns() > 1).isPresent();
    if (matrix
        && !updates.containsKey(name)
        && !replaced.containsKey(name)
        && config.targets(module)) {
      throw config.broken("target_modules names " + module + ", which the weights don't change");
    }
  }

  private UserException unknown(String name) {
    return adapter.refused(
        "holds "
            + Safetensors.shown(name)
            + ", which isn't LoRA for a matrix of this model (adapters of embeddings, biases and"
            + " prompts aren't read)");
  }

  private UserException tied(String name) {
    return adapter.refused(
        "changes " + name + ", and the model's head is its embedding (tie_word_embeddings)");
  }
}
