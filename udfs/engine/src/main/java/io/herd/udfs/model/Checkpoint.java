package io.herd.udfs.model;

import io.herd.udfs.UserException;
import io.herd.udfs.checkpoint.Rows;
import io.herd.udfs.checkpoint.Safetensors;
import io.herd.udfs.checkpoint.StoredTensor;
import io.herd.udfs.checkpoint.WeightTensor;
import io.herd.udfs.hub.VisionTensors;
import io.herd.udfs.quantized.Quantization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A checkpoint's tensors under the names that transformers gives those of a causal Llama: files
 * leave the prefix out, or hold one of two tied matrices, or both.
 */
final class Checkpoint {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";

  private static final long COMPARED_BYTES = 1L << 20;
  private static final String PREFIX = "model.";

  private Checkpoint() {}

  /**
   * Opens a folder's weights.
   *
   * @throws UserException when the head is missing, or should be the embedding and isn't
   */
  static Map<String, WeightTensor> open(ModelSpec spec, Path folder) throws IOException {
    Map<String, WeightTensor> tensors = dense(folder);
    WeightTensor head = tensors.get(HEAD);
    if (spec.tiedHead() && head != null) {
      tensors.remove(HEAD);
      WeightTensor embedding = tensors.putIfAbsent(EMBEDDING, head);
      if (embedding != null && !same(embedding, head)) {
        throw new UserException(
            "the weights in "
                + folder
                + " have a "
                + HEAD
                + " that isn't the embedding, and config.json says that they are one"
                + " (tie_word_embeddings)",
            "set tie_word_embeddings to false in config.json where the model was trained with a"
                + " head of its own, or remove "
                + HEAD
                + " from the weights.");
      }
    } else if (!spec.tiedHead() && head == null && tensors.containsKey(EMBEDDING)) {
      throw new UserException(
          "the weights in "
              + folder
              + " have no "
              + HEAD
              + ", and config.json doesn't say that it is the embedding (tie_word_embeddings)",
          "save the whole model, with AutoModelForCausalLM; or set tie_word_embeddings to true in"
              + " config.json where the model has no head of its own.");
    }
    return tensors;
  }

  private static Map<String, WeightTensor> dense(Path folder) throws IOException {
    Map<String, StoredTensor> stored = prefixed(text(Safetensors.open(WeightFiles.in(folder))));
    Optional<Quantization> quantization = ModelConfigReader.quantization(folder);
    return quantization.isPresent()
        ? quantization.get().dense(folder, stored)
        : new TreeMap<>(Safetensors.dense(stored));
  }

  /** Selects the tensors of a vision model that belong to its text model. */
  private static Map<String, StoredTensor> text(Map<String, StoredTensor> stored) {
    VisionTensors names = VisionTensors.of(stored.keySet());
    Map<String, StoredTensor> text = new TreeMap<>();
    stored.forEach(
        (name, tensor) ->
            names
                .textName(name)
                .map(named -> named.replace(".feed_forward.", ".mlp.")) // Llama 4's name of it
                .ifPresent(named -> text.put(named, tensor)));
    return text;
  }

  /** Saved from LlamaModel, or by tools that cut it off, names lack the prefix. */
  private static Map<String, StoredTensor> prefixed(Map<String, StoredTensor> stored) {
    if (stored.keySet().stream().anyMatch(name -> name.startsWith(PREFIX))) {
      return new TreeMap<>(stored);
    }
    Map<String, StoredTensor> named = new TreeMap<>();
    stored.forEach((name, tensor) -> named.put(name.equals(HEAD) ? name : PREFIX + name, tensor));
    return named;
  }

  private static boolean same(WeightTensor one, WeightTensor other) throws IOException {
    boolean alike =
        one.type() == other.type()
            && one.rows() == other.rows()
            && one.columns() == other.columns();
    if (!alike) {
      return false;
    }
    List<WeightStream.Piece> pieces = WeightStream.pieces(one, COMPARED_BYTES);
    ByteBuffer here = ByteBuffer.allocate(WeightStream.bytes(pieces));
    ByteBuffer there = ByteBuffer.allocate(here.capacity());
    try (Rows ours = one.open();
        Rows theirs = other.open()) {
      for (WeightStream.Piece piece : pieces) {
        ours.read(piece.first(), piece.rows(), here);
        theirs.read(piece.first(), piece.rows(), there);
        if (!here.equals(there)) {
          return false;
        }
      }
    }
    return true;
  }
}
