package io.herd.udfs.partition;

import io.herd.udfs.UserException;
import io.herd.udfs.endpoint.EndpointSettings;
import io.herd.udfs.endpoint.Endpoints;
import io.herd.udfs.endpoint.Served;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Outcome;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.sample.LabelTokens;
import io.herd.udfs.text.CompletionText;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * Asks the servers what they serve, and sends a trial request like the run's: from an executor, if
 * the addresses have a meaning only there, otherwise from the driver.
 *
 * @param model the name that is asked for; null for the only one that is served
 * @param maxTokens of the longest row; 0 for what the servers say
 * @param labels whether labels are scored
 * @param ids tokens of a short prompt, two or more
 * @param endIds tokens that end a text only because a stop string names them
 * @param key null when there is none
 */
public record EndpointProbe(
    List<URI> urls,
    String model,
    int slots,
    int maxTokens,
    Duration timeout,
    GenerateSettings generate,
    boolean labels,
    int[] ids,
    Set<Integer> endIds,
    Broadcast<Secret> key)
    implements Function<Integer, EndpointSettings> {

  @Override
  public EndpointSettings call(Integer task) throws InterruptedException {
    Optional<Secret> secret = Optional.ofNullable(key).map(Broadcast::value);
    Served served = Endpoints.served(urls, model, secret);
    EndpointSettings settings = new EndpointSettings(urls, served, slots, longest(served), timeout);
    return Endpoints.tryOut(settings, secret, request(), endIds);
  }

  private int longest(Served served) {
    if (maxTokens == 0 && served.maxTokens() == 0) {
      throw new UserException(
          served + " doesn't say how many tokens a row may have",
          "set herd.engine.max-length to what it was started with.");
    }
    if (served.maxTokens() > 0 && maxTokens > served.maxTokens()) {
      throw new UserException(
          "herd.engine.max-length = "
              + maxTokens
              + ": "
              + served
              + " takes rows of "
              + served.maxTokens()
              + " tokens, prompt and answer together",
          "set it to that or less, or leave it auto.");
    }
    return maxTokens == 0 ? served.maxTokens() : maxTokens;
  }

  private Request request() {
    GenerateSettings shortest = generate.withMaxNewTokens(1);
    RequestGroup group =
        labels
            ? RequestGroup.labelling(
                shortest, new int[0], new LabelTokens(List.of(new int[] {ids[0], ids[1]})))
            : RequestGroup.generation(
                    shortest, new int[0], () -> new CompletionText(any -> "", List.of()))
                .endingAt(endIds);
    return new Request(ids, 0, group, new Outcome());
  }
}
