package io.herd.udfs.model;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tensors of a model by its configuration, under transformers' names. */
final class TensorShapes {
  private static final Pattern IN_LAYER =
      Pattern.compile("model\\.layers\\.(0|[1-9]\\d{0,8})\\.(.+)");

  private final ModelSpec spec;
  private final Map<String, Shape> inLayer;

  /** A vector has one column. */
  record Shape(long rows, long columns) {}

  TensorShapes(ModelSpec spec) {
    long hidden = spec.hidden();
    long queries = (long) spec.heads() * spec.headDim();
    long keys = (long) spec.kvHeads() * spec.headDim();
    long middle = spec.intermediate();
    this.spec = spec;
    this.inLayer =
        Map.of(
            "input_layernorm.weight", new Shape(hidden, 1),
            "self_attn.q_proj.weight", new Shape(queries, hidden),
            "self_attn.k_proj.weight", new Shape(keys, hidden),
            "self_attn.v_proj.weight", new Shape(keys, hidden),
            "self_attn.o_proj.weight", new Shape(hidden, queries),
            "post_attention_layernorm.weight", new Shape(hidden, 1),
            "mlp.gate_proj.weight", new Shape(middle, hidden),
            "mlp.up_proj.weight", new Shape(middle, hidden),
            "mlp.down_proj.weight", new Shape(hidden, middle));
  }

  /** Returns the prefix of a layer's tensors. */
  static String layer(int index) {
    return "model.layers." + index + ".";
  }

  /** Returns the names of a layer's tensors after the prefix. */
  Set<String> ofLayer() {
    return inLayer.keySet();
  }

  /** Returns a tensor's shape; empty if the model has no tensor of that name. */
  Optional<Shape> of(String name) {
    Matcher layer = IN_LAYER.matcher(name);
    if (layer.matches()) {
      boolean there = Integer.parseInt(layer.group(1)) < spec.layers();
      return Optional.ofNullable(there ? inLayer.get(layer.group(2)) : null);
    }
    return Optional.ofNullable(
        switch (name) {
          case Checkpoint.EMBEDDING -> new Shape(spec.embeddings(), spec.hidden());
          case Checkpoint.NORM -> new Shape(spec.hidden(), 1);
          case Checkpoint.HEAD -> spec.tiedHead() ? null : vocabulary();
          default -> null;
        });
  }

  private Shape vocabulary() {
    return new Shape(spec.vocabulary(), spec.hidden());
  }
}
