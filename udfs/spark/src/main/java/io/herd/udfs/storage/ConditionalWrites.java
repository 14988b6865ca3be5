package io.herd.udfs.storage;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Writes an object atomically, only if the stored one is the version that the writer has read. */
public interface ConditionalWrites {
  /** The outcome of a write. */
  enum Outcome {
    WRITTEN,
    /**
     * Another writer's object exists or is being written; or this writer's, from an earlier try.
     */
    REFUSED,
    /** The store doesn't support the condition; nothing was written. */
    UNKNOWN_THERE
  }

  /**
   * Writes an object. Who needs to know whose it is after a refusal must read it: where an answer
   * is lost on its way, a second try finds the first one's object.
   *
   * @param etag of the object that is to be replaced; empty if there must be none
   */
  Outcome write(Path path, Optional<String> etag, byte[] content) throws IOException;
}
