package io.herd.udfs.endpoint;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.herd.udfs.HerdException;
import io.herd.udfs.RowException;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.engine.Completion;
import io.herd.udfs.engine.Request;
import io.herd.udfs.engine.RequestGroup;
import io.herd.udfs.hub.Secret;
import io.herd.udfs.sample.LabelTokens;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Calls the servers before any row is sent. */
public final class Endpoints {
  private Endpoints() {}

  /**
   * Returns what the servers serve, which must be equal on all of them.
   *
   * @param model the name that is asked for; null for the only one that is served
   * @throws HerdException when one can't be reached, refuses, or serves something else
   */
  public static Served served(List<URI> urls, String model, Optional<Secret> key)
      throws InterruptedException {
    EndpointHandshake handshake =
        new EndpointHandshake(new EndpointHttp(key, EndpointSettings.TIMEOUT));
    Served first = await(urls.get(0), handshake, model);
    for (URI url : urls.subList(1, urls.size())) {
      Served other = await(url, handshake, model);
      if (!other.identity().equals(first.identity())) {
        throw new UserException(
            EndpointErrors.origin(url)
                + " serves "
                + other
                + ", and "
                + EndpointErrors.origin(urls.get(0))
                + " "
                + first,
            "list servers of one model and one version in herd.engine.url.");
      }
    }
    return first;
  }

  /**
   * Sends a trial request like those of rows, and verifies that token ids arrive unchanged.
   *
   * @param endIds tokens that end a text only because a stop string names them
   * @return the settings, with how labels are scored
   * @throws UserException naming what the server doesn't offer
   */
  public static EndpointSettings tryOut(
      EndpointSettings settings, Optional<Secret> key, Request request, Collection<Integer> endIds)
      throws InterruptedException {
    Served served = settings.served();
    List<String> unoffered =
        new CompletionRequests(served, false).unoffered(request.group().settings(), endIds);
    if (!unoffered.isEmpty()) {
      throw new UserException(
          served + " doesn't offer " + String.join(", ", unoffered),
          "leave it out, or use a server that says it is vLLM, whose fields beside OpenAI's have"
              + " them.");
    }
    EndpointHttp http = new EndpointHttp(key, settings.timeout());
    EndpointCalls calls = new EndpointCalls(settings, http);
    for (URI url : settings.urls()) {
      try {
        tryOut(url, calls.complete(url, request), request);
      } catch (HerdException e) {
        requireIds(url, served, http, request.ids(), e);
        throw e;
      }
    }
    return request.group().scored() && served.extended() && scoresIds(settings, http, request)
        ? settings.scoringIds()
        : settings;
  }

  /** Throws if the trial failed because the server accepts only text prompts. */
  private static void requireIds(
      URI url, Served served, EndpointHttp http, int[] ids, HerdException failure)
      throws InterruptedException {
    CompletionRequests requests = new CompletionRequests(served, false);
    URI completions = url.resolve(url.getPath() + "/v1/completions");
    JsonObject text = requests.trial(new JsonPrimitive("a"));
    if (!takes(http, completions, requests.trial(CompletionRequests.ids(ids)))
        && takes(http, completions, text)) {
      throw new UserException(
          EndpointErrors.origin(url) + " completes texts, but no prompts of token ids",
          "use a server that takes them, as vLLM's and llama.cpp's own do.",
          failure);
    }
  }

  private static boolean takes(EndpointHttp http, URI url, JsonObject body)
      throws InterruptedException {
    try {
      return http.post(url, body).get().ok();
    } catch (ExecutionException e) {
      return false;
    }
  }

  /**
   * Returns whether all servers support {@code logprob_token_ids}, which early versions of vLLM
   * lack.
   */
  private static boolean scoresIds(EndpointSettings settings, EndpointHttp http, Request tried)
      throws InterruptedException {
    LabelTokens one = new LabelTokens(List.of(new int[] {tried.ids()[0]}));
    RequestGroup group = RequestGroup.labelling(tried.group().settings(), new int[0], one);
    Request request = new Request(tried.ids(), 0, group, tried.listener());
    EndpointCalls calls = new EndpointCalls(settings.scoringIds(), http);
    try {
      for (URI url : settings.urls()) {
        await(calls.complete(url, request));
      }
      return true;
    } catch (HerdException e) {
      return false;
    }
  }

  private static void tryOut(URI url, CompletableFuture<Completion> answer, Request request)
      throws InterruptedException {
    String who = EndpointErrors.origin(url);
    try {
      await(answer);
    } catch (RowException e) {
      throw new UserException(
          who + " refuses a first request: " + e.getMessage(),
          "look at the setting that it names, or at how the server was started.",
          e);
    } catch (SystemException e) {
      throw !request.group().scored()
          ? e
          : new UserException(
              who
                  + " gives no log-probabilities of a prompt's tokens, by which labels are scored: "
                  + e.getMessage(),
              "use a server that offers prompt_logprobs, as vLLM does, or echo with logprobs; or"
                  + " generate the labels with herd.format.choice.",
              e);
    }
  }

  private static Served await(URI url, EndpointHandshake handshake, String model)
      throws InterruptedException {
    return await(
        handshake
            .served(url, model)
            .exceptionallyCompose(
                failure -> CompletableFuture.failedFuture(EndpointCalls.reason(url, failure))));
  }

  /** Waits for an answer. */
  static <T> T await(CompletableFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HerdException known) {
        throw known;
      } else if (e.getCause() instanceof AnswerProblem problem) {
        throw EndpointErrors.silent(problem);
      }
      throw new SystemException("asking the server failed: " + e.getCause(), e.getCause());
    }
  }
}
