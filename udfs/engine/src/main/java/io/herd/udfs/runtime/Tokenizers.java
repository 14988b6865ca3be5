package io.herd.udfs.runtime;

import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Tokenizers by model, each loaded once; several threads may use one. */
final class Tokenizers implements AutoCloseable {
  private final Map<ModelManifest, Tokenizer> loaded = new HashMap<>(); // guarded by this

  synchronized Tokenizer of(ModelFiles files) throws InterruptedException {
    Tokenizer tokenizer = loaded.get(files.manifest());
    return tokenizer == null ? of(files.manifest(), files.small()) : tokenizer;
  }

  synchronized Tokenizer of(ModelManifest model, Path folder) {
    return loaded.computeIfAbsent(model, any -> Tokenizer.load(folder));
  }

  @Override
  public synchronized void close() {
    loaded.values().forEach(Tokenizer::close);
    loaded.clear();
  }
}
