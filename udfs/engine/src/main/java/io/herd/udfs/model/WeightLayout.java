package io.herd.udfs.model;

import io.herd.udfs.UserException;
import io.herd.udfs.model.LlamaScript.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which tensors of a folder become which matrix of a stage's module, in the order in which the
 * module takes them. Query, key and value become one matrix, and so do gate and up: four products a
 * layer instead of seven.
 */
final class WeightLayout {
  private final Map<String, Safetensors.Tensor> tensors;
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
  record Matrix(Weight name, int layer, long columns, List<Safetensors.Tensor> parts) {
    long rows() {
      return parts.stream().mapToLong(Safetensors.Tensor::rows).sum();
    }

    long elements() {
      return rows() * columns;
    }

    boolean isNorm() {
      return columns == 1;
    }

    /** Whether it is a layer's; the vocabulary's are much larger. */
    boolean inLayer() {
      return name != Weight.EMBED_TOKENS && name != Weight.LM_HEAD && name != Weight.NORM;
    }

    /** These parts under another name. */
    Matrix as(Weight other) {
      return new Matrix(other, layer, columns, parts);
    }
  }

  private WeightLayout(ModelSpec spec, Path folder) throws IOException {
    this.spec = spec;
    this.folder = folder;
    this.tensors = Checkpoint.open(spec, folder);
  }

  /**
   * The matrices of a stage. Those of the other stages are checked, too.
   *
   * @throws UserException when a tensor is missing, superfluous or of the wrong shape
   */
  static List<Matrix> of(ModelSpec spec, Path folder, Stage stage) throws IOException {
    WeightLayout layout = new WeightLayout(spec, folder);
    layout.addAll(stage);
    return layout.matrices;
  }

  private void addAll(Stage stage) {
    int hidden = spec.hidden();
    Part embedding = part(Checkpoint.EMBEDDING, spec.vocabulary());
    matrix(stage.first(), Weight.EMBED_TOKENS, hidden, embedding);
    for (int i = 0; i < spec.layers(); i++) {
      boolean inside = i >= stage.firstLayer() && i < stage.firstLayer() + stage.layers();
      layer = i - stage.firstLayer();
      layer(inside, "model.layers." + i + ".");
    }
    layer = 0;
    matrix(stage.last(), Weight.NORM, 1, part("model.norm.weight", hidden));
    if (!spec.tiedHead()) {
      matrix(stage.last(), Weight.LM_HEAD, hidden, part(Checkpoint.HEAD, spec.vocabulary()));
    } else if (!stage.first()) { // the head's stage has no embedding to share
      matrix(stage.last(), Weight.LM_HEAD, hidden, embedding);
    }
    requireAllUsed();
  }

  private void layer(boolean here, String from) {
    int hidden = spec.hidden();
    int queries = spec.heads() * spec.headDim();
    int keys = spec.kvHeads() * spec.headDim();
    int middle = spec.intermediate();
    String attention = from + "self_attn.";
    matrix(here, Weight.INPUT_LAYERNORM, 1, part(from + "input_layernorm.weight", hidden));
    matrix(
        here,
        Weight.QKV_PROJ,
        hidden,
        part(attention + "q_proj.weight", queries),
        part(attention + "k_proj.weight", keys),
        part(attention + "v_proj.weight", keys));
    matrix(here, Weight.O_PROJ, queries, part(attention + "o_proj.weight", hidden));
    matrix(
        here,
        Weight.POST_ATTENTION_LAYERNORM,
        1,
        part(from + "post_attention_layernorm.weight", hidden));
    matrix(
        here,
        Weight.GATE_UP_PROJ,
        hidden,
        part(from + "mlp.gate_proj.weight", middle),
        part(from + "mlp.up_proj.weight", middle));
    matrix(here, Weight.DOWN_PROJ, middle, part(from + "mlp.down_proj.weight", hidden));
    tensors.remove(attention + "rotary_emb.inv_freq"); // old files store what is computed
  }

  private void requireAllUsed() {
    if (!tensors.isEmpty()) {
      throw new UserException(
          folder
              + " holds weights that a Llama has no use for: "
              + Safetensors.shown(tensors.keySet().iterator().next()),
          "check that config.json and the weights are of the same model, without adapters or biases.");
    }
  }

  private record Part(String name, Safetensors.Tensor tensor, long rows) {}

  private Part part(String name, long rows) {
    Safetensors.Tensor tensor = tensors.remove(name);
    if (tensor == null) {
      throw new UserException(
          "the weights in " + folder + " have no tensor " + name,
          "check that config.json and the weights are of the same model and that all are there.");
    }
    return new Part(name, tensor, rows);
  }

  private void matrix(boolean here, Weight name, long columns, Part... parts) {
    for (Part part : parts) {
      requireShape(part, columns);
    }
    if (here) {
      matrices.add(
          new Matrix(name, layer, columns, Arrays.stream(parts).map(Part::tensor).toList()));
    }
  }

  private void requireShape(Part part, long columns) {
    if (part.tensor().rows() != part.rows() || part.tensor().columns() != columns) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "tensor %s has shape %s, config.json asks for [%d%s]",
              part.name(),
              Arrays.toString(part.tensor().shape()),
              part.rows(),
              columns == 1 ? "" : ", " + columns),
          "check that config.json and the weights in "
              + folder
              + " are of the same model; a head_dim that config.json lacks is taken for"
              + " hidden_size / num_attention_heads.");
    }
  }
}
