package io.herd.udfs.endpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.herd.udfs.StrictJson;
import io.herd.udfs.engine.GenerateSettings;
import io.herd.udfs.engine.Request;
import io.herd.udfs.grammar.Format;
import io.herd.udfs.sample.Sampling;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds bodies of {@code POST /v1/completions}. All that decides the answer is in them: a server's
 * own defaults, which vLLM takes from the model's {@code generation_config.json}, don't count.
 *
 * @param scoresIds see {@link EndpointSettings}
 */
record CompletionRequests(Served served, boolean scoresIds) {
  /** vLLM's limit. */
  private static final int MOST_SCORED_IDS = 128;

  /** Requests one text. */
  JsonObject generate(Request request) {
    GenerateSettings settings = request.group().settings();
    JsonObject body = body(ids(request.ids()), settings.maxNewTokens());
    sampling(body, settings.sampling());
    if (settings.sampling().draws()) {
      body.addProperty("seed", request.key());
    }
    if (!settings.stop().isEmpty()) {
      body.add("stop", texts(settings.stop()));
    }
    if (served.extended()) {
      extend(body, request);
    }
    if (settings.format() != null) {
      format(body, settings.format());
    }
    return body;
  }

  /** Adds the fields that OpenAI's protocol lacks. */
  private static void extend(JsonObject body, Request request) {
    GenerateSettings settings = request.group().settings();
    Sampling sampling = settings.sampling();
    body.addProperty("top_k", sampling.topK());
    body.addProperty("min_p", sampling.minP());
    body.addProperty("repetition_penalty", sampling.repetitionPenalty());
    body.addProperty("min_tokens", settings.minNewTokens());
    body.addProperty("ignore_eos", settings.ignoreEos());
    if (!request.group().endIds().isEmpty()) {
      body.add("stop_token_ids", ids(sorted(request.group().endIds())));
    }
    if (settings.logprobs() > 0) {
      body.addProperty("logprobs", settings.logprobs());
      body.addProperty("return_tokens_as_token_ids", true);
    }
  }

  private static void sampling(JsonObject body, Sampling sampling) {
    body.addProperty("temperature", sampling.temperature());
    body.addProperty("top_p", sampling.topP());
    body.addProperty("presence_penalty", sampling.presencePenalty());
    body.addProperty("frequency_penalty", sampling.frequencyPenalty());
  }

  private static void format(JsonObject body, Format format) {
    JsonObject wanted = new JsonObject();
    switch (format.kind()) {
      case JSON_SCHEMA -> {
        JsonObject schema = new JsonObject();
        schema.addProperty("name", "herd");
        schema.addProperty("strict", true);
        schema.add("schema", StrictJson.parse(format.sources().get(0)));
        wanted.addProperty("type", "json_schema");
        wanted.add("json_schema", schema);
        body.add("response_format", wanted);
      }
      case REGEX, CONTINUATION -> {
        wanted.addProperty("regex", format.sources().get(0));
        body.add("structured_outputs", wanted);
      }
      case CHOICE -> {
        wanted.add("choice", texts(format.sources()));
        body.add("structured_outputs", wanted);
      }
    }
  }

  /** Returns whether labels are scored as the next token after the prompt. */
  boolean asNextToken(List<int[]> labels) {
    return scoresIds
        && labels.size() <= MOST_SCORED_IDS
        && labels.stream().allMatch(label -> label.length == 1);
  }

  private JsonObject nextToken(int[] prompt, List<int[]> labels) {
    JsonObject body = body(ids(prompt), 1);
    body.addProperty("temperature", 0);
    body.addProperty("logprobs", 0);
    body.add("logprob_token_ids", ids(labels.stream().mapToInt(label -> label[0]).toArray()));
    body.addProperty("return_tokens_as_token_ids", true);
    return body;
  }

  /**
   * Scores all labels in one request; labels of several tokens each follow a copy of the prompt.
   */
  JsonObject score(int[] prompt, List<int[]> labels) {
    if (asNextToken(labels)) {
      return nextToken(prompt, labels);
    }
    JsonArray prompts = new JsonArray();
    for (int[] label : labels) {
      int[] both = Arrays.copyOf(prompt, prompt.length + label.length);
      System.arraycopy(label, 0, both, prompt.length, label.length);
      prompts.add(ids(both));
    }
    JsonObject body = body(prompts, 1);
    body.addProperty("temperature", 0);
    if (served.extended()) {
      body.addProperty("prompt_logprobs", 0);
    } else {
      body.addProperty("echo", true);
      body.addProperty("logprobs", 1);
    }
    return body;
  }

  /** One token after a prompt, whichever. */
  JsonObject trial(JsonElement prompt) {
    return body(prompt, 1);
  }

  private JsonObject body(JsonElement prompt, int most) {
    JsonObject body = new JsonObject();
    body.addProperty("model", served.model());
    body.add("prompt", prompt);
    body.addProperty("max_tokens", most);
    return body;
  }

  /** Returns the settings that this server has no fields for, by their configuration keys. */
  List<String> unoffered(GenerateSettings settings, Collection<Integer> endIds) {
    if (served.extended()) {
      return List.of();
    }
    Sampling sampling = settings.sampling();
    Format format = settings.format();
    return Stream.of(
            name("generate.top-k", sampling.topK() > 0),
            name("generate.min-p", sampling.minP() > 0),
            name("generate.repetition-penalty", sampling.repetitionPenalty() != 1),
            name("generate.min-new-tokens", settings.minNewTokens() > 0),
            name("generate.ignore-eos", settings.ignoreEos()),
            name("generate.logprobs", settings.logprobs() > 0),
            name("generate.stop with special tokens", !endIds.isEmpty()),
            name("format.regex", format != null && format.kind() == Format.Kind.REGEX),
            name("task", format != null && format.kind() == Format.Kind.CONTINUATION),
            name("format.choice", format != null && format.kind() == Format.Kind.CHOICE))
        .flatMap(name -> name)
        .toList();
  }

  private static Stream<String> name(String key, boolean used) {
    return used ? Stream.of("herd." + key) : Stream.empty();
  }

  static JsonArray ids(int[] ids) {
    JsonArray array = new JsonArray(ids.length);
    for (int id : ids) {
      array.add(id);
    }
    return array;
  }

  private static int[] sorted(Collection<Integer> ids) {
    return ids.stream().mapToInt(id -> id).sorted().toArray();
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray array = new JsonArray(texts.size());
    texts.forEach(array::add);
    return array;
  }
}
