package io.herd.udfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.herd.udfs.TinyRandom;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenizersTest {
  private final AtomicInteger reads = new AtomicInteger();

  private ModelFiles model(String id) {
    ModelManifest manifest = new ModelManifest(id, "local", List.of());
    return new ModelFiles() {
      @Override
      public ModelManifest manifest() {
        return manifest;
      }

      @Override
      public Path small() {
        reads.incrementAndGet();
        return TinyRandom.folder(".");
      }

      @Override
      public Path whole() {
        throw new AssertionError("a tokenizer needs no weights");
      }
    };
  }

  @Test
  @SuppressWarnings("try") // closed early, as a session's end does, and used again
  void of_equalModels_isLoadedOnceUntilClosed() throws InterruptedException {
    try (Tokenizers tokenizers = new Tokenizers()) {
      Tokenizer first = tokenizers.of(model("a"));
      assertThat(tokenizers.of(model("a"))).isSameAs(first);
      assertThat(tokenizers.of(model("b"))).isNotSameAs(first);
      assertThat(reads).hasValue(2);
      tokenizers.close();
      assertThat(tokenizers.of(model("a"))).isNotSameAs(first);
    }
  }
}
