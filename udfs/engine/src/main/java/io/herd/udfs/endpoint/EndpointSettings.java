package io.herd.udfs.endpoint;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Which servers a task asks, and how.
 *
 * @param urls of servers that serve the same, without {@code /v1}; requests go round
 * @param served what they serve, as they said when the run began
 * @param slots most requests of one task that are under way
 * @param maxTokens of the longest row, prompt and answer together
 * @param timeout after which a request is taken to hang
 * @param scoresIds whether labels of one token each are scored behind the prompt, in one request
 *     that computes it once
 */
public record EndpointSettings(
    List<URI> urls, Served served, int slots, int maxTokens, Duration timeout, boolean scoresIds)
    implements Serializable {
  /** Most requests of a task, where nothing else is said. */
  public static final int SLOTS = 128;

  /** A long text takes a busy server minutes. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);

  public EndpointSettings {
    urls = List.copyOf(urls);
  }

  /** These, before it is known how labels are scored. */
  public EndpointSettings(
      List<URI> urls, Served served, int slots, int maxTokens, Duration timeout) {
    this(urls, served, slots, maxTokens, timeout, false);
  }

  EndpointSettings scoringIds() {
    return new EndpointSettings(urls, served, slots, maxTokens, timeout, true);
  }
}
