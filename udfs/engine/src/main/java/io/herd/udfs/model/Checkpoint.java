package io.herd.udfs.model;

import io.herd.udfs.UserException;
import io.herd.udfs.hub.VisionTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
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
  static Map<String, Safetensors.Tensor> open(ModelSpec spec, Path folder) throws IOException {
    Map<String, Safetensors.Tensor> tensors =
        prefixed(text(Safetensors.open(WeightFiles.in(folder))));
    Safetensors.Tensor head = tensors.get(HEAD);
    if (spec.tiedHead() && head != null) {
      tensors.remove(HEAD);
      Safetensors.Tensor embedding = tensors.putIfAbsent(EMBEDDING, head);
      if (embedding != null && !same(embedding, head)) {
        throw new UserException(
            "the weights in "
                + folder
                + " have a "
                + HEAD
                + " that isn't the embedding, and config.json says that they are one"
                + " (tie_word_embeddings)",
            "set tie_word_embeddings to false in config.json where the model was trained with a head"
                + " of its own, or remove "
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

  /** Of a model with vision, those of its text model. */
  private static Map<String, Safetensors.Tensor> text(Map<String, Safetensors.Tensor> stored) {
    VisionTensors names = VisionTensors.of(stored.keySet());
    Map<String, Safetensors.Tensor> text = new TreeMap<>();
    stored.forEach(
        (name, tensor) -> names.textName(name).ifPresent(named -> text.put(named, tensor)));
    return text;
  }

  /** Saved from LlamaModel, or by tools that cut it off, names lack the prefix. */
  private static Map<String, Safetensors.Tensor> prefixed(Map<String, Safetensors.Tensor> stored) {
    if (stored.keySet().stream().anyMatch(name -> name.startsWith(PREFIX))) {
      return new TreeMap<>(stored);
    }
    Map<String, Safetensors.Tensor> named = new TreeMap<>();
    stored.forEach((name, tensor) -> named.put(name.equals(HEAD) ? name : PREFIX + name, tensor));
    return named;
  }

  private static boolean same(Safetensors.Tensor one, Safetensors.Tensor other) throws IOException {
    boolean alike =
        one.torchCode() == other.torchCode()
            && one.rows() == other.rows()
            && one.columns() == other.columns();
    if (!alike) {
      return false;
    }
    List<WeightStream.Piece> pieces = WeightStream.pieces(one, COMPARED_BYTES);
    ByteBuffer here = ByteBuffer.allocate(WeightStream.bytes(pieces));
    ByteBuffer there = ByteBuffer.allocate(here.capacity());
    try (FileChannel ours = FileChannel.open(one.file(), StandardOpenOption.READ);
        FileChannel theirs = FileChannel.open(other.file(), StandardOpenOption.READ)) {
      for (WeightStream.Piece piece : pieces) {
        one.read(ours, piece.first(), piece.rows(), here);
        other.read(theirs, piece.first(), piece.rows(), there);
        if (!here.equals(there)) {
          return false;
        }
      }
    }
    return true;
  }
}
