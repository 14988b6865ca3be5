package io.herd.udfs.engine;

/**
 * One prompt to complete or to label.
 *
 * @param ids the prompt's tokens, the shared prefix included; at least one
 * @param key what its random draws are named after
 * @param group what it has in common with other requests of its task
 * @param listener gets the outcome, once
 */
public record Request(int[] ids, long key, RequestGroup group, Listener listener) {

  /** Gets the outcome of a request, on the engine's thread: it must return quickly. */
  public interface Listener {
    /** The prompt is being computed; called again when the engine had to start it once more. */
    default void begun() {}

    /**
     * More of the request has been computed.
     *
     * @param promptTokens the prompt's length, the shared prefix included, or 0 once that is known
     * @param newTokens sampled by the pass
     */
    default void computed(int promptTokens, int newTokens) {}

    /**
     * Tokens of the prompt weren't computed, because other prompts begin with them, too.
     *
     * @param tokens of it, without those that were computed for this and following requests to
     *     copy, so that only the sum over requests tells
     */
    default void copied(int tokens) {}

    void completed(Completion completion);

    /**
     * With a {@link io.herd.udfs.RowException}, this request can't go on; else the engine can't,
     * and no request of it will be completed any more.
     */
    void failed(Throwable cause);
  }
}
