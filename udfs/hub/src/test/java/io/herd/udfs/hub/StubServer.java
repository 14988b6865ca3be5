package io.herd.udfs.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A server that gives set answers, and remembers what it was asked. */
final class StubServer implements AutoCloseable {
  static final String TOKEN = "hf_canary0123456789";

  /** An answer to give. */
  record Reply(int status, Map<String, String> headers, String body) {
    static Reply json(String body) {
      return new Reply(200, Map.of("Content-Type", "application/json"), body);
    }

    static Reply error(int status, String code, String message) {
      return new Reply(
          status,
          Map.of("X-Error-Code", code, "X-Error-Message", message, "x-request-id", "req-7"),
          "{\"error\":\"" + message.replace("\"", "\\\"") + "\"}");
    }

    static Reply redirect(String location) {
      return new Reply(307, Map.of("Location", location), "");
    }
  }

  /** A request that came. */
  record Seen(String method, URI uri, Map<String, List<String>> headers) {
    boolean token() {
      return headers.containsKey("Authorization");
    }
  }

  private final HttpServer server;
  private final Map<String, Deque<Supplier<Reply>>> replies = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  StubServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  HubEnvironment environment() {
    return HubEnvironment.of(Map.of("HF_ENDPOINT", uri("").toString()), Path.of("/nowhere"));
  }

  /** Gives these answers one after another, and the last one from then on. */
  StubServer on(String path, Reply... answers) {
    Deque<Supplier<Reply>> queue = new ArrayDeque<>();
    for (Reply each : answers) {
      queue.add(() -> each);
    }
    replies.put(path, queue);
    return this;
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<String> paths() {
    return seen.stream().map(each -> each.uri().getPath()).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI(),
            Map.copyOf(exchange.getRequestHeaders())));
    Deque<Supplier<Reply>> queue = replies.get(exchange.getRequestURI().getRawPath());
    Reply reply =
        queue == null
            ? Reply.error(404, "EntryNotFound", "no such stub")
            : (queue.size() > 1 ? queue.poll() : queue.peek()).get();
    reply.headers().forEach(exchange.getResponseHeaders()::add);
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
