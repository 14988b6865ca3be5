package io.herd.udfs.endpoint;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Which servers a task asks, and how.
 *
 * @param urls of servers that serve the same, without {@code /v1}; requests go round
 * @param served what the driver was told they serve
 * @param slots most requests of one task that are under way
 * @param maxTokens of the longest row, prompt and answer together
 * @param timeout after which a request is taken to hang
 */
public record EndpointSettings(
    List<URI> urls, Served served, int slots, int maxTokens, Duration timeout)
    implements Serializable {
  /** Most requests of a task, where nothing else is said. */
  public static final int SLOTS = 128;

  /** A long text takes a busy server minutes. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);

  public EndpointSettings {
    urls = List.copyOf(urls);
  }
}
