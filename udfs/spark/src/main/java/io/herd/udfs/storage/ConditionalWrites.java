package io.herd.udfs.storage;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** A store that writes an object only if it is what the writer has seen, in one step. */
public interface ConditionalWrites {
  /** What a store did with a write. */
  enum Outcome {
    WRITTEN,
    /** Another's object is there, or comes at this moment; or this one's, by a try before. */
    REFUSED,
    /** The store can't decide; nothing was written. */
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
