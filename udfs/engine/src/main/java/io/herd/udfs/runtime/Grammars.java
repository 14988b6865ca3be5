package io.herd.udfs.runtime;

import io.herd.udfs.grammar.Format;
import io.herd.udfs.grammar.Grammar;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.model.LlamaModel;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A cache of formats compiled over models' vocabularies. */
final class Grammars {
  private static final int MOST = 8; // each takes some megabytes

  private record Key(ModelManifest model, Format format) {}

  private final Map<Key, Grammar> compiled = new Lru<>(MOST); // guarded by this

  /** Returns a compiled format, see {@link Engines#grammar}. */
  synchronized Grammar of(ModelFiles files, Format format) throws InterruptedException {
    Key key = new Key(files.manifest(), format);
    Grammar grammar = compiled.get(key);
    if (grammar == null) {
      Path folder = files.small();
      Set<Integer> endIds = LlamaModel.endIds(folder);
      grammar = Grammar.of(format, Tokenizer.vocabulary(folder), endIds);
      compiled.put(key, grammar);
    }
    return grammar;
  }

  synchronized void clear() {
    compiled.clear();
  }
}
