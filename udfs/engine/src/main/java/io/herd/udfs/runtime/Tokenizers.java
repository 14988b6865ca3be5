package io.herd.udfs.runtime;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.text.Tokenizer;
import java.util.HashMap;
import java.util.Map;

/** Tokenizers by their model, each loaded once; several threads may use one. */
final class Tokenizers implements AutoCloseable {
  private final Map<ModelManifest, Tokenizer> loaded = new HashMap<>(); // guarded by this

  synchronized Tokenizer of(ModelFiles files) throws InterruptedException {
    Tokenizer tokenizer = loaded.get(files.manifest());
    if (tokenizer == null) {
      tokenizer = Tokenizer.load(files.small());
      loaded.put(files.manifest(), tokenizer);
    }
    return tokenizer;
  }

  @Override
  public synchronized void close() {
    loaded.values().forEach(Tokenizer::close);
    loaded.clear();
  }
}
