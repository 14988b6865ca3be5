package io.herd.udfs.hub.fake;

import io.herd.udfs.hub.fake.FakeRequest.Server;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * HTTP/1.1 on a loopback port, a thread per connection. Unlike the JDK's server it can break off
 * anywhere, and it sends files without copying them.
 */
final class FakeServer implements AutoCloseable {
  private final Server kind;
  private final Function<FakeRequest, FakeAnswer> answers;
  private final ServerSocketChannel listener;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "fake-hub");
            thread.setDaemon(true);
            return thread;
          });

  FakeServer(Server kind, Function<FakeRequest, FakeAnswer> answers) throws IOException {
    this.kind = kind;
    this.answers = answers;
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    threads.execute(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.socket().getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
        open.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
      for (FakeRequest request = read(in); request != null; request = read(in)) {
        FakeAnswer answer = answers.apply(request);
        if (answer.status() == 0) {
          return;
        }
        send(answer, request.method().equals("HEAD"), connection);
      }
    } catch (IOException e) {
      // the client went away, or the answer breaks off on purpose: either way the connection ends
    } finally {
      open.remove(connection);
    }
  }

  private FakeRequest read(InputStream in) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    String[] words = first.split(" ", 3);
    URI target = URI.create(words[1]);
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      String[] pair = line.split(":", 2);
      headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1].strip());
    }
    in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
    String query = target.getRawQuery() == null ? "" : target.getRawQuery();
    return new FakeRequest(kind, words[0], target.getRawPath(), query, headers, 0);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      text.append((char) c);
    }
    return text.toString().stripTrailing();
  }

  private static void send(FakeAnswer answer, boolean head, SocketChannel out) throws IOException {
    StringBuilder text = new StringBuilder("HTTP/1.1 " + answer.status() + " Fake\r\n");
    answer.headers().forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    long length = answer.body().size();
    if (answer.status() != 304 && !answer.headers().containsKey("Content-Length")) {
      text.append("Content-Length: " + length + "\r\n");
    }
    ByteBuffer header = ByteBuffer.wrap((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    while (header.hasRemaining()) {
      out.write(header);
    }
    if (!head) {
      answer.body().send(0, length, out);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
    for (SocketChannel connection : open) {
      connection.close();
    }
  }
}
