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

  /** Receives the result of a request, on the engine's thread: it must return quickly. */
  public interface Listener {
    /** Called when the prompt is being computed; called again when the engine had to restart it. */
    default void begun() {}

    /**
     * Called when more of the request has been computed.
     *
     * @param promptTokens the prompt's length, the shared prefix included, or 0 once that is known
     * @param newTokens sampled by the pass
     */
    default void computed(int promptTokens, int newTokens) {}

    /**
     * Called when prompt tokens weren't computed, because other prompts share them.
     *
     * @param tokens of it, without those that were computed for this and following requests to
     *     copy, so that only the sum over requests tells
     */
    default void copied(int tokens) {}

    void completed(Completion completion);

    /**
     * Called on failure: with a {@link io.herd.udfs.RowException}, this request can't continue;
     * otherwise the engine can't, and none of its requests will be completed any more.
     */
    void failed(Throwable cause);
  }
}
