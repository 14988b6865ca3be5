package io.herd.udfs.endpoint;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The servers of a task, and how they are called.
 *
 * @param urls of servers that serve the same, without {@code /v1}; requests alternate between them
 * @param served what they serve, as they said when the run began
 * @param slots most requests of one task that are under way
 * @param maxTokens of the longest row, prompt and answer together
 * @param timeout after which a request counts as hung
 * @param scoresIds whether labels of one token each are scored behind the prompt, in one request
 *     that computes it once
 */
public record EndpointSettings(
    List<URI> urls, Served served, int slots, int maxTokens, Duration timeout, boolean scoresIds)
    implements Serializable {
  /** Default maximum number of concurrent requests per task. */
  public static final int SLOTS = 128;

  /** A long text takes a busy server minutes. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);

  public EndpointSettings {
    urls = List.copyOf(urls);
  }

  /** Creates settings before it is known how labels are scored. */
  public EndpointSettings(
      List<URI> urls, Served served, int slots, int maxTokens, Duration timeout) {
    this(urls, served, slots, maxTokens, timeout, false);
  }

  EndpointSettings scoringIds() {
    return new EndpointSettings(urls, served, slots, maxTokens, timeout, true);
  }
}
