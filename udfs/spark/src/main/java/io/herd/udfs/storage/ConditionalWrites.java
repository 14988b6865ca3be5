package io.herd.udfs.storage;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** A store that creates an object only if there is none, in one step. */
public interface ConditionalWrites {
  /**
   * Writes an object unless there is one. Who needs to know whose it is must read it: where an
   * answer is lost on its way, a second try finds the first one's object.
   *
   * @return false if that can't be done, and nothing was written
   */
  boolean createIfAbsent(Path path, byte[] content) throws IOException;
}
