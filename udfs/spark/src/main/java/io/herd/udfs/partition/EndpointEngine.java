package io.herd.udfs.partition;

import io.herd.udfs.endpoint.EndpointLease;
import io.herd.udfs.endpoint.EndpointSettings;
import io.herd.udfs.engine.EngineLease;
import io.herd.udfs.hub.Secret;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Servers that speak OpenAI's protocol.
 *
 * @param key null when none is needed; it travels in a broadcast alone
 */
public record EndpointEngine(EndpointSettings settings, Broadcast<Secret> key)
    implements TaskEngine {
  @Override
  public EngineLease lease(TaskContext task) throws InterruptedException {
    return EndpointLease.of(settings, Optional.ofNullable(key).map(Broadcast::value));
  }
}
