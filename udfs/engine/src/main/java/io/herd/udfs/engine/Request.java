package io.herd.udfs.engine;

/**
 * One prompt to complete or to label.
 *
 * @param ids the prompt's tokens, the shared prefix included; at least one
 * @param key what its random draws are named after
 * @param group what it has in common with other requests of its task
 * @param listener told the outcome once
 */
public record Request(int[] ids, long key, RequestGroup group, Listener listener) {

  /** Told what came of a request, on the engine's thread: it must return quickly. */
  public interface Listener {
    /** Its prompt is being computed; again, when the engine had to start it anew. */
    default void begun() {}

    void completed(Completion completion);

    /**
     * With a {@link io.herd.udfs.RowException}, this request can't go on; else the engine can't,
     * and no request of it will be completed any more.
     */
    void failed(Throwable cause);
  }
}
