package io.herd.udfs.endpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A server that speaks vLLM's dialect of OpenAI's protocol, and misbehaves when it is told to. */
public final class FakeServer implements AutoCloseable {
  /** What becomes of a request for a completion. */
  public enum Fault {
    OVERLOADED,
    ERROR,
    CUT,
    NO_JSON,
    ODD_JSON,
    HUGE,
    HANG,
    REFUSED
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger mostInside = new AtomicInteger();
  private volatile String model = "fake";
  private volatile String owner = "vllm";
  private volatile String version = "9.9";
  private volatile int replacedAfter = Integer.MAX_VALUE;
  private volatile String replacement;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile URI redirect;
  private volatile String key;
  private volatile int longest = 256;
  private volatile boolean sparesTrials;
  private volatile int capacity = Integer.MAX_VALUE;
  private volatile long millis;
  private volatile Predicate<JsonObject> bad = body -> false;
  private volatile FakeAnswers answers = FakeAnswers.PLAIN;

  /** A server on a port of this machine. */
  public FakeServer() {
    this(0);
  }

  /** A server on a given port, or any for 0. */
  public FakeServer(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/models", exchange -> answer(exchange, models()));
    server.createContext(
        "/version", exchange -> answer(exchange, "{\"version\":\"" + version + "\"}"));
    server.createContext("/v1/completions", this::complete);
    server.start();
  }

  /** Its address, as in {@code herd.engine.url}. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What becomes of the next requests for completions, one after the other. */
  public FakeServer next(Fault... several) {
    faults.addAll(List.of(several));
    return this;
  }

  /** The requests of one token by which servers are tried out are answered as they should be. */
  public FakeServer sparingTrials() {
    sparesTrials = true;
    return this;
  }

  /**
   * Nothing more becomes of the next ones.
   *
   * @return how many were left
   */
  public int forgetFaults() {
    int left = faults.size();
    faults.clear();
    return left;
  }

  /** Requests that always end in an error. */
  public FakeServer bad(Predicate<JsonObject> always) {
    bad = always;
    return this;
  }

  /** Tokens that it says a row may have, prompt and answer together. */
  public FakeServer longest(int tokens) {
    longest = tokens;
    return this;
  }

  /** The model that is served from now on. */
  public FakeServer serve(String name) {
    model = name;
    replacedAfter = Integer.MAX_VALUE;
    return this;
  }

  /** What the server says its version is. */
  public FakeServer version(String name) {
    version = name;
    return this;
  }

  /** Serves another model after so many requests. */
  public FakeServer replaceAfter(int requests, String name) {
    replacedAfter = requests;
    replacement = name;
    return this;
  }

  /** What the server says it is. */
  public FakeServer owner(String name) {
    owner = name;
    return this;
  }

  /** The key that requests have to show. */
  public FakeServer key(String wanted) {
    key = wanted;
    return this;
  }

  /** Requests beyond this number at a time are too many, and each takes some milliseconds. */
  public FakeServer capacity(int most, long each) {
    capacity = most;
    millis = each;
    return this;
  }

  /** What it answers. */
  public FakeServer answers(FakeAnswers others) {
    answers = others;
    return this;
  }

  /** Sends all elsewhere. */
  public FakeServer redirect(URI to) {
    redirect = to;
    return this;
  }

  /** Requests of all kinds that came. */
  public int requests() {
    return requests.get();
  }

  /** The bodies of all requests for completions so far. */
  public List<JsonObject> asked() {
    return List.copyOf(asked);
  }

  /** Most requests that it did at a time. */
  public int mostInside() {
    return mostInside.get();
  }

  private String models() {
    JsonObject one = new JsonObject();
    one.addProperty("id", model);
    one.addProperty("owned_by", owner);
    one.addProperty("root", "/models/" + model);
    one.addProperty("max_model_len", longest);
    JsonArray data = new JsonArray();
    data.add(one);
    JsonObject all = new JsonObject();
    all.add("data", data);
    return all.toString();
  }

  private void complete(HttpExchange exchange) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    JsonObject body = JsonParser.parseString(text).getAsJsonObject();
    asked.add(body);
    if (asked.size() > replacedAfter) {
      model = replacement;
    }
    int now = inside.incrementAndGet();
    try {
      if (now > capacity) {
        misbehave(exchange, Fault.OVERLOADED);
        return;
      }
      mostInside.accumulateAndGet(now, Math::max);
      Thread.sleep(millis);
      boolean spared = sparesTrials && body.get("max_tokens").getAsInt() == 1;
      Fault fault = bad.test(body) ? Fault.ERROR : spared ? null : faults.poll();
      if (fault != null) {
        misbehave(exchange, fault);
      } else {
        answer(exchange, answers.of(body, model).toString());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inside.decrementAndGet();
    }
  }

  private void misbehave(HttpExchange exchange, Fault fault)
      throws IOException, InterruptedException {
    switch (fault) {
      case OVERLOADED -> {
        exchange.getResponseHeaders().add("Retry-After", "0");
        send(exchange, 429, "{\"error\":{\"message\":\"too many requests\"}}");
      }
      case ERROR -> send(exchange, 500, "{\"error\":{\"message\":\"the engine died\"}}");
      case REFUSED -> send(exchange, 400, "{\"error\":{\"message\":\"a bad row\"}}");
      case NO_JSON -> send(exchange, 200, "<html>a proxy's page</html>");
      case ODD_JSON -> send(exchange, 200, "{\"choices\":[{\"text\":[[[]]]}],\"usage\":7}");
      case HUGE -> send(exchange, 200, "{\"choices\":\"" + "x".repeat(70 << 20) + "\"}");
      case CUT -> {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"choices\":[".getBytes(StandardCharsets.UTF_8));
        exchange.close();
      }
      case HANG -> {
        Thread.sleep(60_000);
        exchange.close();
      }
    }
  }

  private void answer(HttpExchange exchange, String json) throws IOException {
    requests.incrementAndGet();
    String shown = exchange.getRequestHeaders().getFirst("Authorization");
    if (redirect != null) {
      exchange.getResponseHeaders().add("Location", redirect + exchange.getRequestURI().getPath());
      send(exchange, 307, "");
    } else if (key != null && !("Bearer " + key).equals(shown)) {
      send(exchange, 401, "{\"error\":\"" + shown + " isn't the key\"}");
    } else {
      send(exchange, 200, json);
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
