package io.herd.udfs.model;

import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.model.LlamaScript.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Streams a model's weights from mapped safetensors into the module, converted to its type on the
 * way. Query, key and value become one matrix, and so do gate and up: four products a layer instead
 * of seven. On CPUs oneDNN's layout makes a tied head a second copy of the embedding.
 */
final class WeightLoader {
  /** Small enough that a piece's temporary copy doesn't count, large enough to stream. */
  private static final long PIECE_BYTES = 32L << 20;

  private final LlamaScript script;
  private final Stage stage;
  private final Map<String, Safetensors.Tensor> tensors;
  private final ModelSpec spec;
  private final Path folder;

  private WeightLoader(LlamaScript script, Stage stage, ModelSpec spec, Path folder)
      throws IOException {
    this.script = script;
    this.stage = stage;
    this.spec = spec;
    this.folder = folder;
    this.tensors = Checkpoint.open(spec, folder);
  }

  /**
   * Fills a stage's module with its part of the folder's weights.
   *
   * @throws UserException when a tensor is missing, superfluous or of the wrong shape
   */
  static void load(LlamaScript script, ModelSpec spec, Path folder, Dtype dtype, Stage stage) {
    try {
      new WeightLoader(script, stage, spec, folder).loadAll(dtype);
    } catch (IOException e) {
      throw new SystemException("can't map the weights in " + folder, e);
    }
  }

  /** Checks names and shapes from the files' headers, and that tied matrices are one. */
  static void check(ModelSpec spec, Path folder) {
    try {
      Stage whole = Placement.single(TorchDevice.cpu(), spec, Dtype.FLOAT32).stages().get(0);
      new WeightLoader(null, whole, spec, folder).loadAll(null);
    } catch (IOException e) {
      throw new SystemException("can't read the weights in " + folder, e);
    }
  }

  /** Every tensor is checked; those of other stages are not loaded. */
  private void loadAll(Dtype dtype) throws IOException {
    Target here = new Target(dtype);
    Target elsewhere = new Target(null);
    int hidden = spec.hidden();
    Part embedding = part(Checkpoint.EMBEDDING, spec.vocabulary());
    (stage.first() ? here : elsewhere).matrix(Weight.EMBED_TOKENS, hidden, embedding);
    for (int i = 0; i < spec.layers(); i++) {
      boolean inside = i >= stage.firstLayer() && i < stage.firstLayer() + stage.layers();
      layer(inside ? here : elsewhere, "model.layers." + i + ".");
    }
    Target end = stage.last() ? here : elsewhere;
    end.matrix(Weight.NORM, 1, part("model.norm.weight", hidden));
    boolean shared = spec.tiedHead() && stage.first(); // else the head's stage has none to share
    if (!spec.tiedHead()) {
      end.matrix(Weight.LM_HEAD, hidden, part(Checkpoint.HEAD, spec.vocabulary()));
    } else if (!shared) {
      end.matrix(Weight.LM_HEAD, hidden, embedding);
    }
    requireAllUsed();
    if (script != null) {
      script.finishLoading(shared && stage.last(), dtype == Dtype.INT8);
    }
  }

  private void layer(Target to, String from) throws IOException {
    int hidden = spec.hidden();
    int queries = spec.heads() * spec.headDim();
    int keys = spec.kvHeads() * spec.headDim();
    int middle = spec.intermediate();
    String attention = from + "self_attn.";
    to.matrix(Weight.INPUT_LAYERNORM, 1, part(from + "input_layernorm.weight", hidden));
    to.matrix(
        Weight.QKV_PROJ,
        hidden,
        part(attention + "q_proj.weight", queries),
        part(attention + "k_proj.weight", keys),
        part(attention + "v_proj.weight", keys));
    to.matrix(Weight.O_PROJ, queries, part(attention + "o_proj.weight", hidden));
    to.matrix(
        Weight.POST_ATTENTION_LAYERNORM, 1, part(from + "post_attention_layernorm.weight", hidden));
    to.matrix(
        Weight.GATE_UP_PROJ,
        hidden,
        part(from + "mlp.gate_proj.weight", middle),
        part(from + "mlp.up_proj.weight", middle));
    to.matrix(Weight.DOWN_PROJ, middle, part(from + "mlp.down_proj.weight", hidden));
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

  /** Where tensors go; with no dtype, they are only checked. */
  private final class Target {
    private final Dtype dtype;

    Target(Dtype dtype) {
      this.dtype = dtype;
    }

    void matrix(Weight name, long columns, Part... parts) throws IOException {
      for (Part part : parts) {
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
      if (dtype != null) {
        long rows = Arrays.stream(parts).mapToLong(Part::rows).sum();
        script.allocate(rows, columns, dtype.torchCode(), stage.device().name());
        long row = 0;
        for (Part part : parts) {
          fill(row, part.tensor());
          row += part.rows();
        }
        keep(name);
      }
    }

    private void keep(Weight name) {
      switch (name) {
        case EMBED_TOKENS -> script.keepEmbedding();
        case INPUT_LAYERNORM, POST_ATTENTION_LAYERNORM, NORM -> script.keepNorm(name);
        default -> script.keepLinear(name, dtype == Dtype.INT8);
      }
    }

    private void fill(long row, Safetensors.Tensor tensor) throws IOException {
      long step = Math.max(1, PIECE_BYTES / tensor.rowBytes());
      for (long first = 0; first < tensor.rows(); first += step) {
        long count = Math.min(step, tensor.rows() - first);
        TorchModule.Bytes raw = new TorchModule.Bytes(tensor.map(first, count));
        script.fill(row + first, raw, count, tensor.columns(), tensor.torchCode());
      }
    }
  }
}
