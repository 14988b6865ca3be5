package io.herd.udfs.model;

import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.checkpoint.WeightTensor;
import io.herd.udfs.model.LlamaScript.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Maps a folder's tensors to the matrices of a stage's module, in the order in which the module
 * expects them. Query, key and value become one matrix, and so do gate and up: four products a
 * layer instead of seven.
 */
final class WeightLayout {
  private final Map<String, Stored> tensors;
  private final TensorShapes shapes;
  private final ModelSpec spec;
  private final Path folder;
  private final List<Matrix> matrices = new ArrayList<>();
  private int layer;

  /**
   * A matrix of the module.
   *
   * @param layer of the stage; 0 for what lies outside the layers
   * @param parts whose rows it consists of
   */
  record Matrix(Weight name, int layer, long columns, List<Stored> parts) {
    long rows() {
      return parts.stream().mapToLong(part -> part.tensor().rows()).sum();
    }

    long elements() {
      return rows() * columns;
    }

    boolean isNorm() {
      return columns == 1;
    }

    /** Returns whether it belongs to a layer; the vocabulary's matrices are much larger. */
    boolean inLayer() {
      return name != Weight.EMBED_TOKENS && name != Weight.LM_HEAD && name != Weight.NORM;
    }

    /** Returns these parts under another name. */
    Matrix as(Weight other) {
      return new Matrix(other, layer, columns, parts);
    }
  }

  private WeightLayout(ModelSpec spec, ModelFolder folder) throws IOException {
    this.spec = spec;
    this.shapes = new TensorShapes(spec);
    this.folder = folder.path();
    this.tensors = Adapters.merged(folder);
  }

  /**
   * Returns the matrices of a stage. Those of the other stages are checked, too.
   *
   * @throws UserException when a tensor is missing, superfluous or of the wrong shape
   */
  static List<Matrix> of(ModelSpec spec, ModelFolder folder, Stage stage) throws IOException {
    WeightLayout layout = new WeightLayout(spec, folder);
    layout.addAll(stage);
    return layout.matrices;
  }

  private void addAll(Stage stage) {
    Stored embedding = part(Checkpoint.EMBEDDING);
    matrix(stage.first(), Weight.EMBED_TOKENS, embedding);
    for (int i = 0; i < spec.layers(); i++) {
      boolean inside = i >= stage.firstLayer() && i < stage.firstLayer() + stage.layers();
      layer = i - stage.firstLayer();
      layer(inside, TensorShapes.layer(i));
    }
    layer = 0;
    matrix(stage.last(), Weight.NORM, part(Checkpoint.NORM));
    if (!spec.tiedHead()) {
      matrix(stage.last(), Weight.LM_HEAD, part(Checkpoint.HEAD));
    } else if (!stage.first()) { // the head's stage has no embedding to share
      matrix(stage.last(), Weight.LM_HEAD, embedding);
    }
    requireAllUsed();
  }

  private void layer(boolean here, String from) {
    String attention = from + "self_attn.";
    matrix(here, Weight.INPUT_LAYERNORM, part(from + "input_layernorm.weight"));
    matrix(
        here,
        Weight.QKV_PROJ,
        part(attention + "q_proj.weight"),
        part(attention + "k_proj.weight"),
        part(attention + "v_proj.weight"));
    matrix(here, Weight.O_PROJ, part(attention + "o_proj.weight"));
    matrix(here, Weight.POST_ATTENTION_LAYERNORM, part(from + "post_attention_layernorm.weight"));
    matrix(
        here,
        Weight.GATE_UP_PROJ,
        part(from + "mlp.gate_proj.weight"),
        part(from + "mlp.up_proj.weight"));
    matrix(here, Weight.DOWN_PROJ, part(from + "mlp.down_proj.weight"));
    tensors.remove(attention + "rotary_emb.inv_freq"); // old files store what is computed
  }

  private void requireAllUsed() {
    if (!tensors.isEmpty()) {
      throw new UserException(
          folder
              + " holds weights that a Llama has no use for: "
              + Safetensors.shown(tensors.keySet().iterator().next()),
          "check that config.json and the weights are of the same model, without biases; an adapter"
              + " goes into herd.model.adapter.");
    }
  }

  private Stored part(String name) {
    Stored stored = tensors.remove(name);
    if (stored == null) {
      throw new UserException(
          "the weights in " + folder + " have no tensor " + name,
          "check that config.json and the weights are of the same model and that all are there.");
    }
    requireShape(name, stored.tensor());
    return stored;
  }

  private void matrix(boolean here, Weight name, Stored... parts) {
    if (here) {
      matrices.add(new Matrix(name, layer, parts[0].tensor().columns(), List.of(parts)));
    }
  }

  private void requireShape(String name, WeightTensor tensor) {
    TensorShapes.Shape shape = shapes.of(name).orElseThrow();
    if (tensor.rows() != shape.rows() || tensor.columns() != shape.columns()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "tensor %s has shape %s, config.json asks for [%d%s]",
              name,
              Arrays.toString(tensor.shape()),
              shape.rows(),
              shape.columns() == 1 ? "" : ", " + shape.columns()),
          "check that config.json and the weights in "
              + folder
              + " are of the same model; a head_dim that config.json lacks is taken for"
              + " hidden_size / num_attention_heads.");
    }
  }
}
